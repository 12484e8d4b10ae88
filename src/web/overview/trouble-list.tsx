import { Anchor, Button, Card, Group, Text, ThemeIcon, Title } from '@mantine/core';
import {
  IconAlertTriangle,
  IconCheck,
  IconDatabaseExclamation,
  IconHandStop,
  IconLock,
  IconPackageOff,
  IconPlugConnectedX,
  IconRefreshAlert,
} from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useEffect, useRef, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { CordonButton } from '../../kinds/host/web/cordon-button.tsx';
import { hostKind } from '../../kinds/host/host.ts';
import { imageKind } from '../../kinds/image/image.ts';
import { instanceKind, type Instance } from '../../kinds/instance/instance.ts';
import type { Live } from '../cloud/contract.ts';
import { announce } from '../widgets/announcer.tsx';
import { ResourceLink } from '../widgets/resource-link.tsx';
import { When } from '../widgets/when.tsx';
import { useFormat } from '../words/format.ts';
import { useSentence } from '../words/use-sentence.ts';
import { RunButton } from './run-button.tsx';
import type { Trouble } from './troubles.ts';
import classes from './overview.module.css';

/** Of one sort, before the others are counted only. */
const ofOneSortMax = 5;

const looks = {
  'host-lost': [IconPlugConnectedX, 'red', hostKind, 'lost'],
  'instance-failed': [IconAlertTriangle, 'red', instanceKind, 'failed'],
  'import-failed': [IconPackageOff, 'red', imageKind, 'failed'],
  waits: [IconHandStop, 'orange', instanceKind, undefined],
  'instance-restarts': [IconRefreshAlert, 'orange', instanceKind, undefined],
  'disk-low': [IconDatabaseExclamation, 'orange', hostKind, undefined],
  'host-cordoned': [IconLock, 'yellow', hostKind, 'cordoned'],
} as const;

/** What is wrong and why, in plain words, each with the button that helps. */
export function TroubleList({ troubles }: { troubles: readonly Trouble[] }) {
  const { t } = useTranslation();
  useAnnounced(troubles);
  const groups = Map.groupBy(troubles, ({ is }) => is);
  return (
    <Card withBorder padding="md" component="section" aria-labelledby="troubles-title">
      <Group justify="space-between" mb="sm">
        <Title order={2} id="troubles-title">
          {t('overview:troubles.title')}
        </Title>
        {troubles.length > 0 && (
          <Text size="sm" c="dimmed">
            {t('overview:troubles.count', { count: troubles.length })}
          </Text>
        )}
      </Group>
      {troubles.length === 0 ? (
        <Group wrap="nowrap" py="md">
          <ThemeIcon color="teal" variant="light" size={44} radius="xl" aria-hidden>
            <IconCheck size={24} />
          </ThemeIcon>
          <div>
            <Text fw={600}>{t('overview:troubles.none')}</Text>
            <Text size="sm" c="dimmed">
              {t('overview:troubles.noneSays')}
            </Text>
          </div>
        </Group>
      ) : (
        <ul className={classes['troubles']}>
          {[...groups].flatMap(([is, all]) => [
            ...all.slice(0, ofOneSortMax).map((trouble) => <Line key={`${is}/${trouble.resource.id}`} trouble={trouble} />),
            all.length > ofOneSortMax ? <More key={is} is={is} count={all.length - ofOneSortMax} /> : null,
          ])}
        </ul>
      )}
    </Card>
  );
}

function Line({ trouble }: { trouble: Trouble }) {
  const { t } = useTranslation();
  const [Icon, colour] = looks[trouble.is];
  const { resource } = trouble;
  const kind = resource.kind === 'host' ? hostKind : resource.kind === 'image' ? imageKind : instanceKind;
  const { since, why, help } = useParts(trouble);
  return (
    <li className={classes['trouble']} data-trouble={trouble.is}>
      <ThemeIcon color={colour} variant="light" size={32} radius="md" aria-hidden>
        <Icon size={18} />
      </ThemeIcon>
      <div className={classes['why']}>
        <Group gap={8} align="baseline">
          <ResourceLink kind={kind} id={resource.id} name={resource.name} fw={650} />
          <Text size="sm" fw={600} c={`var(--mantine-color-${colour}-light-color)`}>
            {t(`overview:troubles.is.${trouble.is}`)}
          </Text>
          {since !== null && (
            <Text size="xs" c="dimmed">
              <When at={since} />
            </Text>
          )}
        </Group>
        {why}
      </div>
      <Group gap={6} className={classes['help']}>
        {help}
      </Group>
    </li>
  );
}

/** Since when, why, and what helps. */
function useParts(trouble: Trouble): { since: string | null; why: ReactNode; help: ReactNode } {
  const { t } = useTranslation();
  const say = useSentence();
  const format = useFormat();
  const sentence = (text: string) => {
    const said = say(text);
    // An address is no beginning of a sentence.
    return /^\w+:\/\//.test(said) ? said : said.slice(0, 1).toUpperCase() + said.slice(1);
  };
  switch (trouble.is) {
    case 'host-lost':
      return {
        since: trouble.resource.status.lostSince,
        why: (
          <>
            <Text size="sm">{t('overview:troubles.lostSays')}</Text>
            {trouble.instances.length > 0 && (
              <Text size="sm" c="dimmed">
                {t('overview:troubles.lostRan', { count: trouble.instances.length })} <Names of={trouble.instances} />
              </Text>
            )}
          </>
        ),
        help: <Show plural="hosts" id={trouble.resource.id} label={t('overview:troubles.show')} name={trouble.resource.name} />,
      };
    case 'host-cordoned':
      return {
        since: null,
        why: (
          <Text size="sm">
            {trouble.instances.length === 0
              ? t('overview:troubles.cordoned_zero')
              : t('overview:troubles.cordoned', { count: trouble.instances.length })}
          </Text>
        ),
        help: <CordonButton host={trouble.resource} size="xs" />,
      };
    case 'disk-low':
      return {
        since: null,
        why: (
          <Text size="sm">
            {t('overview:troubles.diskLow', {
              free: format.percent(trouble.freeShare),
              bytes: format.bytes(trouble.resource.status.diskFreeBytes),
            })}
          </Text>
        ),
        help: <Show plural="hosts" id={trouble.resource.id} tab="instances" label={t('overview:troubles.show')} name={trouble.resource.name} />,
      };
    case 'import-failed': {
      const { resource } = trouble;
      return {
        since: resource.status.waitingFor?.since ?? null,
        why: <Text size="sm">{sentence(resource.status.failure?.reason ?? '')}</Text>,
        help: (
          <>
            <Show plural="images" id={resource.id} label={t('overview:troubles.show')} name={resource.name} />
            <RunButton kind={imageKind} resource={resource} verb="retry" />
          </>
        ),
      };
    }
    case 'waits': {
      const { resource, waiting } = trouble;
      return {
        since: waiting.since,
        why: (
          <Text size="sm">
            {sentence(waiting.reason)}. {t('waiting.owner', { owner: t(`waiting.owners.${waiting.owner}`) })}
            {waiting.next !== '' && <> {t('waiting.next', { next: say(waiting.next) })}</>}
          </Text>
        ),
        help: <Show plural={`${resource.kind}s`} id={resource.id} label={t('overview:troubles.show')} name={resource.name} />,
      };
    }
    default: {
      const { resource } = trouble;
      const { failure, waitingFor } = resource.status;
      return {
        since: failure?.at ?? null,
        why: (
          <Text size="sm">
            {failure !== null && `${sentence(failure.reason)}. `}
            {trouble.is === 'instance-restarts' && t('overview:troubles.restarts', { count: trouble.restarts })}
            {waitingFor !== null && waitingFor.next !== '' && <> {t('waiting.next', { next: say(waitingFor.next) })}</>}
          </Text>
        ),
        help: (
          <>
            <Show plural="instances" id={resource.id} tab="log" label={t('overview:troubles.log')} name={resource.name} />
            {trouble.is === 'instance-failed' && <RunButton kind={instanceKind} resource={resource} verb="start" />}
          </>
        ),
      };
    }
  }
}

function Show({ plural, id, tab, label, name }: { plural: string; id: string; tab?: string; label: string; name: string }) {
  return (
    <Button
      size="xs"
      variant="default"
      aria-label={`${label}: ${name}`}
      renderRoot={(props) => <Link to="/$plural/$ref" params={{ plural, ref: id }} search={{ tab }} {...props} />}
    >
      {label}
    </Button>
  );
}

const namesMax = 4;

function Names({ of: instances }: { of: readonly Live<Instance>[] }) {
  const { t } = useTranslation();
  return (
    <>
      {instances.slice(0, namesMax).map((instance, index) => (
        <span key={instance.id}>
          {index > 0 && ', '}
          <ResourceLink kind={instanceKind} id={instance.id} name={instance.name} fw={500} />
        </span>
      ))}
      {instances.length > namesMax && <> {t('overview:troubles.andMore', { count: instances.length - namesMax })}</>}
    </>
  );
}

function More({ is, count }: { is: Trouble['is']; count: number }) {
  const { t } = useTranslation();
  const [, , kind, state] = looks[is];
  return (
    <li className={classes['more']}>
      <Anchor size="sm" renderRoot={(props) => <Link to="/$plural" params={{ plural: kind.plural }} search={{ state }} {...props} />}>
        {t('overview:troubles.more', { count })}
      </Anchor>
    </li>
  );
}

/** What comes to be wrong while the page is open is told to who cannot see it come. */
function useAnnounced(troubles: readonly Trouble[]): void {
  const { t } = useTranslation();
  const known = useRef<ReadonlySet<string> | null>(null);
  useEffect(() => {
    const now = new Map(troubles.map((trouble) => [`${trouble.is}/${trouble.resource.id}`, trouble]));
    const fresh = known.current === null ? [] : [...now].filter(([key]) => known.current?.has(key) !== true);
    known.current = new Set(now.keys());
    if (fresh.length === 0) return;
    const what = fresh.map(([, { resource, is }]) => `${resource.name} (${t(`overview:troubles.is.${is}`)})`).join(', ');
    announce(t('overview:troubles.announce', { what }));
  }, [troubles, t]);
}
