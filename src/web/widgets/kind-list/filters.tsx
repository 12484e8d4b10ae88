import { ActionIcon, Button, Group, Menu, Pill, Text, TextInput } from '@mantine/core';
import { IconArrowsSort, IconChevronDown, IconSearch, IconX } from '@tabler/icons-react';
import { useEffect, useRef, useState, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { Resource } from '../../../core/resource.ts';
import { projectKind } from '../../../kinds/project/project.ts';
import { useList } from '../../cloud/cloud.tsx';
import type { Live } from '../../cloud/contract.ts';
import type { ListSearch } from '../../shell/router.tsx';
import type { AnyWebKind } from '../../web-kind.ts';
import { useFormat } from '../../words/format.ts';
import classes from './kind-list.module.css';
import { labelCounts, listOf, sortingOf, toggled } from './rows.ts';

interface FiltersProps {
  readonly web: AnyWebKind;
  readonly items: readonly Live<Resource>[];
  readonly search: ListSearch;
  readonly onSearch: (change: ListSearch) => void;
  readonly isNarrow: boolean;
}

/** How long after the last key the address follows. */
const typingMs = 150;
const labelsOffered = 40;

/** What is looked for: a search, and below it each filter as a chip that can be taken away. */
export function Filters({ web, items, search, onSearch, isNarrow }: FiltersProps) {
  const { t } = useTranslation();
  const { items: projects = [] } = useList(projectKind, { isWanted: web.kind.scope === 'project' });
  const states = listOf(search.state);
  const labels = listOf(search.label);
  const offered = labelCounts(items).slice(0, labelsOffered);
  const isOfProject = projects.length > 1 && web.kind.scope === 'project';
  const choices = [web.kind.states.length > 1, isOfProject, offered.length > 0].filter(Boolean).length;
  const stateCounts = new Map<string, number>();
  for (const { state } of items) stateCounts.set(state, (stateCounts.get(state) ?? 0) + 1);
  return (
    <>
      <Group gap="xs">
        <SearchField isNarrow={isNarrow} isAlone={choices > 1} q={search.q ?? ''} onChange={(q) => onSearch({ q: q === '' ? undefined : q })} />
        {web.kind.states.length > 1 && (
          <Choices
            title={t('list:state')}
            options={(web.kind.states as readonly string[])
              .filter((state) => stateCounts.has(state) || states.includes(state))
              .map((state) => ({ value: state, label: t(`${web.kind.name}:states.${state}`), count: stateCounts.get(state) ?? 0 }))}
            chosen={states}
            choose={(state) => onSearch({ state: toggled(states, state) })}
          />
        )}
        {isOfProject && (
          <Choices
            title={t('list:project')}
            options={projects.map(({ id, name }) => ({ value: id, label: name }))}
            chosen={listOf(search.project)}
            choose={(id) => onSearch({ project: search.project === id ? undefined : id })}
          />
        )}
        {offered.length > 0 && (
          <Choices
            title={t('list:label')}
            options={offered.map(({ label, count }) => ({ value: label, label, count }))}
            chosen={labels}
            choose={(label) => onSearch({ label: toggled(labels, label) })}
          />
        )}
        {isNarrow && <SortMenu web={web} sort={search.sort} onSort={(sort) => onSearch({ sort })} />}
      </Group>
      {(states.length > 0 || labels.length > 0 || search.project !== undefined) && (
        <Group gap={6}>
          {states.map((state) => (
            <Chip
              key={state}
              text={`${t('list:state')}: ${t(`${web.kind.name}:states.${state}`)}`}
              remove={() => onSearch({ state: toggled(states, state) })}
            />
          ))}
          {search.project !== undefined && (
            <Chip
              text={`${t('list:project')}: ${projects.find(({ id }) => id === search.project)?.name ?? search.project}`}
              remove={() => onSearch({ project: undefined })}
            />
          )}
          {labels.map((label) => (
            <Chip key={label} text={`${t('list:label')}: ${label}`} remove={() => onSearch({ label: toggled(labels, label) })} />
          ))}
        </Group>
      )}
    </>
  );
}

interface SearchProps {
  readonly q: string;
  readonly onChange: (q: string) => void;
  readonly isNarrow: boolean;
  /** Whether it has a line to itself where that is narrow. */
  readonly isAlone: boolean;
}

/** `/` goes there from anywhere in the list; Escape empties it, then leaves it. */
function SearchField({ q, onChange, isNarrow, isAlone }: SearchProps) {
  const { t } = useTranslation();
  const [text, setText] = useState(q);
  const field = useRef<HTMLInputElement>(null);
  const sent = useRef(q);
  useEffect(() => {
    // Changed by somebody else: a link, the back button.
    if (q !== sent.current) setText(q);
    sent.current = q;
  }, [q]);
  useEffect(() => {
    if (text === sent.current) return undefined;
    const timer = setTimeout(() => {
      sent.current = text;
      onChange(text);
    }, typingMs);
    return () => clearTimeout(timer);
    // oxlint-disable-next-line exhaustive-deps -- only what is typed counts
  }, [text]);
  useSlash(() => field.current?.focus());
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Escape') return;
    if (text === '') field.current?.blur();
    else setText('');
  };
  return (
    <TextInput
      ref={field}
      type="search"
      flex={isNarrow ? (isAlone ? '1 1 100%' : '1 1 0') : '1 1 220px'}
      leftSection={<IconSearch size={16} />}
      rightSection={
        text === '' ? null : (
          <ActionIcon variant="subtle" color="gray" aria-label={t('list:clearSearch')} onClick={() => setText('')}>
            <IconX size={14} />
          </ActionIcon>
        )
      }
      aria-label={t('list:search')}
      aria-keyshortcuts="/"
      placeholder={t(isNarrow ? 'list:searchShort' : 'list:search')}
      value={text}
      onChange={(event) => setText(event.currentTarget.value)}
      onKeyDown={onKeyDown}
    />
  );
}

/** On a page with a list, `/` means its search and not the one of the whole cloud. */
function useSlash(focus: () => void): void {
  useEffect(() => {
    const onKeyDown = (event: globalThis.KeyboardEvent) => {
      const target = event.target as HTMLElement;
      if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey) return;
      if (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName) || target.closest('[role=dialog]') !== null) return;
      event.preventDefault();
      event.stopPropagation();
      focus();
    };
    window.addEventListener('keydown', onKeyDown, { capture: true });
    return () => window.removeEventListener('keydown', onKeyDown, { capture: true });
    // oxlint-disable-next-line exhaustive-deps -- the field stays the same
  }, []);
}

interface Option {
  readonly value: string;
  readonly label: string;
  readonly count?: number;
}

function Choices({
  title,
  options,
  chosen,
  choose,
}: {
  title: string;
  options: readonly Option[];
  chosen: readonly string[];
  choose: (value: string) => void;
}) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <Menu position="bottom-start" closeOnItemClick={false} withinPortal={false} withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <Button
          variant="default"
          px="sm"
          aria-label={t('list:filterBy', { what: title })}
          fw={chosen.length > 0 ? 650 : 500}
          rightSection={<IconChevronDown size={14} />}
        >
          {title}
        </Button>
      </Menu.Target>
      <Menu.Dropdown mah={360} style={{ overflowY: 'auto' }}>
        {options.map(({ value, label, count }) => (
          <Menu.CheckboxItem key={value} checked={chosen.includes(value)} onChange={() => choose(value)}>
            <Group justify="space-between" wrap="nowrap" gap="lg">
              <Text size="sm" truncate maw={260}>
                {label}
              </Text>
              {count !== undefined && (
                <Text size="xs" c="dimmed">
                  {format.number(count)}
                </Text>
              )}
            </Group>
          </Menu.CheckboxItem>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

/** Where there are no column headers to click on. */
function SortMenu({ web, sort, onSort }: { web: AnyWebKind; sort: string | undefined; onSort: (sort: string) => void }) {
  const { t } = useTranslation();
  const now = sortingOf(web, sort);
  return (
    <Menu position="bottom-end" withinPortal={false} withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <ActionIcon variant="default" size={36} aria-label={t('list:sort')}>
          <IconArrowsSort size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {web.columns.flatMap(({ id }) =>
          [false, true].map((desc) => (
            <Menu.Item
              key={`${id} ${desc}`}
              fw={now?.id === id && now.desc === desc ? 650 : undefined}
              aria-current={now?.id === id && now.desc === desc ? 'true' : undefined}
              onClick={() => onSort(desc ? `-${id}` : id)}
            >
              {t(desc ? 'list:sortDescending' : 'list:sortAscending', { column: t(`${web.kind.name}:columns.${id}`) })}
            </Menu.Item>
          )),
        )}
      </Menu.Dropdown>
    </Menu>
  );
}

function Chip({ text, remove }: { text: string; remove: () => void }) {
  const { t } = useTranslation();
  return (
    <Pill
      className={classes['chip'] ?? ''}
      size="md"
      withRemoveButton
      onRemove={remove}
      removeButtonProps={{ 'aria-label': t('list:removeFilter', { filter: text }), tabIndex: 0, 'aria-hidden': false }}
    >
      {text}
    </Pill>
  );
}
