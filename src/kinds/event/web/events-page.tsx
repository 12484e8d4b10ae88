import { Group, NativeSelect, Stack, Switch, TextInput, Title } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { getRouteApi } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useList } from '../../../web/cloud/cloud.tsx';
import { EventList } from '../../../web/widgets/events/event-list.tsx';
import { spans, type EventFilter } from '../../../web/widgets/events/event-search.ts';
import { kinds } from '../../index.ts';
import { projectKind } from '../../project/project.ts';

const route = getRouteApi('/$plural');
const types = ['state', 'request', 'notice'] as const;
const typingMs = 200;

/** All events, or those that the address asks for. */
export function EventsPage() {
  const { t } = useTranslation();
  const { q, kind, type, project, since } = route.useSearch();
  const navigate = route.useNavigate();
  const [isFollowed, setFollowed] = useState(true);
  const [text, setText] = useState(q ?? '');
  const { items: projects = [] } = useList(projectKind);
  const set = (change: Readonly<Record<string, string | undefined>>) =>
    void navigate({ search: (before) => ({ ...before, ...change }), replace: true });
  const setLater = useDebouncedCallback((value: string) => set({ q: value.trim() === '' ? undefined : value.trim() }), typingMs);
  const filter = useMemo((): EventFilter => {
    const spanMs = since !== undefined && Object.hasOwn(spans, since) ? spans[since as keyof typeof spans] : undefined;
    return { text: q, kind, type, project, sinceMs: spanMs === undefined ? undefined : Date.now() - spanMs };
  }, [q, kind, type, project, since]);
  return (
    <Stack gap="md">
      <Group justify="space-between">
        <Title order={1}>{t('event:title')}</Title>
        <Switch label={t('event:follow')} checked={isFollowed} onChange={(event) => setFollowed(event.currentTarget.checked)} />
      </Group>
      <Group gap="xs">
        <TextInput
          type="search"
          flex="1 1 240px"
          leftSection={<IconSearch size={16} />}
          aria-label={t('event:filter.text')}
          placeholder={t('event:filter.text')}
          value={text}
          onChange={(event) => {
            setText(event.currentTarget.value);
            setLater(event.currentTarget.value);
          }}
        />
        <Choice
          label={t('event:filter.kind')}
          any={t('event:filter.anyKind')}
          value={kind}
          options={kinds.filter(({ name }) => name !== 'event').map(({ name }) => ({ value: name, label: t(`${name}:title`) }))}
          onChange={(value) => set({ kind: value })}
        />
        <Choice
          label={t('event:filter.type')}
          any={t('event:filter.anyType')}
          value={type}
          options={types.map((each) => ({ value: each, label: t(`event:types.${each}`) }))}
          onChange={(value) => set({ type: value })}
        />
        {projects.length > 1 && (
          <Choice
            label={t('event:filter.project')}
            any={t('event:filter.anyProject')}
            value={project}
            options={projects.map(({ id, name }) => ({ value: id, label: name }))}
            onChange={(value) => set({ project: value })}
          />
        )}
        <Choice
          label={t('event:filter.since')}
          any={t('event:filter.anyTime')}
          value={since}
          options={Object.keys(spans).map((span) => ({ value: span, label: t(`event:filter.spans.${span}`) }))}
          onChange={(value) => set({ since: value })}
        />
      </Group>
      <EventList filter={filter} isFollowed={isFollowed} />
    </Stack>
  );
}

interface ChoiceProps {
  readonly label: string;
  /** What it is called to choose nothing. */
  readonly any: string;
  readonly value: string | undefined;
  readonly options: readonly { readonly value: string; readonly label: string }[];
  readonly onChange: (value: string | undefined) => void;
}

function Choice({ label, any, value = '', options, onChange }: ChoiceProps) {
  return (
    <NativeSelect
      aria-label={label}
      value={value}
      data={[{ value: '', label: any }, ...options]}
      onChange={(event) => onChange(event.currentTarget.value === '' ? undefined : event.currentTarget.value)}
    />
  );
}
