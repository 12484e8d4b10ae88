import { Anchor, Breadcrumbs, Center, Group, Loader, Stack, Tabs, Text, Title } from '@mantine/core';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { webKindByPlural } from '../../kinds/web.ts';
import { useList } from '../cloud/cloud.tsx';
import type { AnyWebKind } from '../web-kind.ts';
import { announce } from '../widgets/announcer.tsx';
import { CloudProblem } from '../cloud/client.ts';
import { ProblemPage } from '../widgets/problem.tsx';
import { StateBadge } from '../widgets/state-badge.tsx';
import { VerbButtons } from '../widgets/verb-buttons.tsx';
import { WaitingLine } from '../widgets/waiting-line.tsx';
import { MissingPage } from './missing-page.tsx';
import classes from './resource-page.module.css';

const route = getRouteApi('/$plural/$ref');

export function ResourcePage() {
  const { plural, ref } = route.useParams();
  const web = webKindByPlural(plural);
  if (web === undefined) return <MissingPage />;
  return <Resource key={`${plural}/${ref}`} web={web} reference={ref} />;
}

/** A resource of any kind: by id, or by name for addresses that people type. */
function Resource({ web, reference }: { web: AnyWebKind; reference: string }) {
  const { t } = useTranslation();
  const { tab } = route.useSearch();
  const navigate = route.useNavigate();
  const { items, byId, error, retry } = useList(web.kind);
  const resource = byId?.get(reference) ?? items?.find((item) => item.name === reference);
  useAnnouncedState(web, resource?.name, resource?.state);
  if (error !== null) return <ProblemPage problem={(error as CloudProblem).problem} retry={retry} />;
  if (items === undefined)
    return (
      <Center mih="50vh">
        <Loader role="progressbar" aria-label={t('loading')} />
      </Center>
    );
  if (resource === undefined) return <MissingPage text={t('missing.resource', { what: t(`${web.kind.name}:one`), ref: reference })} />;
  const shown = web.tabs.find((each) => each.id === tab) ?? web.tabs[0];
  return (
    <Stack gap="md">
      <Breadcrumbs separatorMargin={6}>
        <Anchor size="sm" renderRoot={(props) => <Link to={`/${web.kind.plural}`} {...props} />}>
          {t(`${web.kind.name}:title`)}
        </Anchor>
        <Text size="sm" c="dimmed">
          {resource.name}
        </Text>
      </Breadcrumbs>
      <Group justify="space-between" align="start">
        <Stack gap={4}>
          <Group gap="sm">
            <Title order={1}>{resource.name}</Title>
            {web.kind.states.length > 1 && <StateBadge kind={web.kind.name} state={resource.state} size="lg" />}
          </Group>
          {web.Summary !== undefined && <web.Summary resource={resource} />}
          {resource.shares !== undefined && resource.shares.length > 0 && (
            <Text size="sm" c="dimmed">
              {t('sharedWith', { who: resource.shares.map((share) => (share.with === 'everyone' ? t('share:everyone') : share.name)).join(', ') })}
            </Text>
          )}
        </Stack>
        <Group gap="xs">
          {web.Actions !== undefined && <web.Actions resource={resource} />}
          <VerbButtons web={web} resource={resource} />
        </Group>
      </Group>
      <WaitingLine resource={resource} />
      {shown !== undefined && (
        <Tabs value={shown.id} onChange={(id) => void navigate({ search: { tab: id ?? undefined }, replace: true })} keepMounted={false}>
          <Tabs.List mb="md" className={classes['tabs'] ?? ''}>
            {web.tabs.map(({ id }) => (
              <Tabs.Tab key={id} value={id} px={{ base: 'xs', sm: 'md' }}>
                {t(`${web.kind.name}:tabs.${id}`)}
              </Tabs.Tab>
            ))}
          </Tabs.List>
          <Tabs.Panel value={shown.id}>
            <shown.Content resource={resource} />
          </Tabs.Panel>
        </Tabs>
      )}
    </Stack>
  );
}

/** Who cannot see the badge change hears it. */
function useAnnouncedState(web: AnyWebKind, name: string | undefined, state: string | undefined): void {
  const { t } = useTranslation();
  const before = useRef(state);
  useEffect(() => {
    if (state !== undefined && before.current !== undefined && before.current !== state)
      announce(`${name}: ${t(`${web.kind.name}:states.${state}`)}`);
    before.current = state;
  }, [name, state, t, web]);
}
