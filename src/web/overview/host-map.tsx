import { Anchor, Card, Group, Text, Title, Tooltip, VisuallyHidden } from '@mantine/core';
import { IconAlertTriangle, IconHourglass, IconLock } from '@tabler/icons-react';
import { Link, useNavigate } from '@tanstack/react-router';
import { memo, useMemo, useState, type FocusEvent, type KeyboardEvent, type MouseEvent, type PointerEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { Host } from '../../kinds/host/host.ts';
import { hostLoad } from '../../kinds/host/web/host-load.ts';
import { LoadBar } from '../../kinds/host/web/load-bars.tsx';
import type { Instance } from '../../kinds/instance/instance.ts';
import type { Live } from '../cloud/contract.ts';
import { useFormat } from '../words/format.ts';
import classes from './host-map.module.css';
import { moodOf, moods } from './moods.ts';
import { tileAfterKey } from './tile-keys.ts';

/** Squares drawn in all: what a page bears. Hosts with more of them say how many more. */
const tilesMax = 4_000;
const tilesOfHost = { min: 12, airy: 240, dense: 96, tiny: 40 } as const;

/** Hosts from which on the map is longer than a screen. */
export const longMapFrom = 49;

interface HostMapProps {
  readonly hosts: readonly Live<Host>[];
  readonly instances: readonly Live<Instance>[];
  readonly instancesByHost: ReadonlyMap<string, readonly Live<Instance>[]>;
}

/** Every host with its instances as small squares, for four hosts and for two hundred. */
export function HostMap({ hosts, instances, instancesByHost }: HostMapProps) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [shown, setShown] = useState<{ readonly text: string; readonly x: number; readonly y: number } | null>(null);
  const density = hosts.length <= 8 ? 'airy' : hosts.length < longMapFrom ? 'dense' : 'tiny';
  const share = instances.length <= tilesMax ? Infinity : Math.floor(tilesMax / Math.max(1, hosts.length));
  const tilesPerHost = Math.min(tilesOfHost[density], Math.max(tilesOfHost.min, share));
  const firstTile = hosts.map((host) => shownOf(instancesByHost.get(host.id) ?? none, tilesPerHost)[0]?.id).find((id) => id !== undefined);
  const show = (event: PointerEvent | FocusEvent) => {
    const tile = tileOf(event.target);
    if (tile === null) return setShown(null);
    const [box, around] = [tile.getBoundingClientRect(), event.currentTarget.getBoundingClientRect()];
    setShown({ text: tile.getAttribute('aria-label') ?? '', x: box.x - around.x + box.width / 2, y: box.y - around.y });
  };
  const open = (event: MouseEvent) => {
    const tile = tileOf(event.target);
    if (tile === null || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    void navigate({ to: '/$plural/$ref', params: { plural: 'instances', ref: tile.dataset['tile'] ?? '' } });
  };
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    if (event.key === 'Escape') setShown(null);
    const from = tileOf(event.target);
    // The names of hosts are links too, and none of ours.
    if (from === null && event.target !== event.currentTarget) return;
    const next = tileAfterKey(event.key, event.currentTarget, from);
    if (next === null) return;
    event.preventDefault();
    next.focus();
  };
  return (
    <section aria-labelledby="map-title">
      <Group justify="space-between" mb="xs" align="baseline">
        <Group gap="sm" align="baseline">
          <Title order={2} id="map-title">
            {t('overview:map.title')}
          </Title>
          <Text size="sm" c="dimmed">
            {t('overview:map.says')} <VisuallyHidden>{t('overview:map.keys')}</VisuallyHidden>
          </Text>
        </Group>
        <Legend instances={instances} />
      </Group>
      {/* oxlint-disable-next-line jsx-a11y/no-static-element-interactions, jsx-a11y/click-events-have-key-events -- for the links in it */}
      <div
        className={classes['map']}
        data-density={density}
        // Where squares are too small to be reached one by one, the map as a whole is.
        {...(density === 'tiny' ? { tabIndex: 0, role: 'group', 'aria-label': t('overview:map.keys') } : {})}
        onPointerOver={show}
        onPointerLeave={() => setShown(null)}
        onFocus={show}
        onBlur={() => setShown(null)}
        onClick={open}
        onKeyDown={onKeyDown}
      >
        {hosts.map((host) => (
          <HostCard
            key={host.id}
            host={host}
            instances={instancesByHost.get(host.id) ?? none}
            density={density}
            tiles={tilesPerHost}
            firstTile={density === 'tiny' ? null : (firstTile ?? null)}
          />
        ))}
        {shown !== null && (
          <div className={classes['hint']} aria-hidden style={{ insetInlineStart: shown.x, top: shown.y }}>
            {shown.text}
          </div>
        )}
      </div>
    </section>
  );
}

const none: readonly Live<Instance>[] = [];
/** Where there is no room for all, what is wrong is seen before what is not. */
function shownOf(instances: readonly Live<Instance>[], tiles: number): readonly Live<Instance>[] {
  if (instances.length <= tiles) return instances;
  return instances.toSorted((a, b) => moods.indexOf(moodOf(b.state)) - moods.indexOf(moodOf(a.state))).slice(0, tiles);
}

const tileOf = (target: EventTarget) => (target as Element).closest<HTMLElement>('[data-tile]');

interface HostCardProps {
  readonly host: Live<Host>;
  readonly instances: readonly Live<Instance>[];
  readonly density: 'airy' | 'dense' | 'tiny';
  readonly tiles: number;
  /** The one square of the map that the Tab key reaches; the arrows go on from there. */
  readonly firstTile: string | null;
}

const HostCard = memo(
  function HostCard({ host, instances, density, tiles, firstTile }: HostCardProps) {
    const { t } = useTranslation();
    const load = useMemo(() => hostLoad(host, instances), [host, instances]);
    return (
      <Card
        withBorder
        padding={density === 'tiny' ? 6 : 'sm'}
        className={classes['host']}
        data-state={host.state}
        component="article"
        aria-label={host.name}
      >
        <Group gap={6} wrap="nowrap" justify="space-between">
          <Anchor
            size={density === 'tiny' ? 'xs' : 'sm'}
            fw={600}
            c="inherit"
            truncate
            renderRoot={(props) => <Link to="/$plural/$ref" params={{ plural: 'hosts', ref: host.id }} {...props} />}
          >
            {host.name}
          </Anchor>
          <HostState host={host} isShort={density === 'tiny'} />
        </Group>
        <div className={classes['tiles']}>
          {shownOf(instances, tiles).map((instance) => (
            <a
              key={instance.id}
              href={`/instances/${instance.id}`}
              className={classes['tile']}
              data-tile={instance.id}
              data-mood={moodOf(instance.state)}
              tabIndex={instance.id === firstTile ? 0 : -1}
              aria-label={t('overview:map.instance', { name: instance.name, state: t(`instance:states.${instance.state}`) })}
            >
              <i />
            </a>
          ))}
          {instances.length > tiles && (
            <Text size="xs" c="dimmed" span>
              {t('overview:map.more', { count: instances.length - tiles })}
            </Text>
          )}
          {instances.length === 0 && density !== 'tiny' && (
            <Text size="xs" c="dimmed" span>
              {t('overview:map.nothing')}
            </Text>
          )}
        </div>
        {host.status.facts !== null && (
          <div className={classes['bars']}>
            {density === 'airy' && <MiniBar what="vcpus" load={load} />}
            {density === 'tiny' ? <LoadBar what="memory" load={load} size="thin" /> : <MiniBar what="memory" load={load} />}
            {density === 'airy' && <MiniBar what="disk" load={load} />}
          </div>
        )}
      </Card>
    );
  },
  (before, after) =>
    before.host === after.host &&
    before.density === after.density &&
    before.tiles === after.tiles &&
    before.firstTile === after.firstTile &&
    before.instances.length === after.instances.length &&
    before.instances.every((instance, index) => instance === after.instances[index]),
);

function MiniBar({ what, load }: { what: 'vcpus' | 'memory' | 'disk'; load: ReturnType<typeof hostLoad> }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { used, promised, total } = load[what];
  const text = (amount: number) => (what === 'vcpus' ? format.number(amount) : format.bytes(amount));
  return (
    <div>
      <Group justify="space-between" wrap="nowrap" gap={4} aria-hidden>
        <Text size="xs" c="dimmed">
          {t(`overview:uses.${what}`)}
        </Text>
        <Text size="xs" c="dimmed" className={classes['numbers']}>
          {text(used + promised)} / {text(total)}
        </Text>
      </Group>
      <LoadBar what={what} load={load} size="thin" />
    </div>
  );
}

const marks = { lost: [IconAlertTriangle, 'red'], cordoned: [IconLock, 'yellow'], joining: [IconHourglass, 'blue'] } as const;

/** Nothing for a host that is as it should be. */
function HostState({ host, isShort }: { host: Live<Host>; isShort: boolean }) {
  const { t } = useTranslation();
  if (!(host.state in marks)) return null;
  const [Icon, colour] = marks[host.state as keyof typeof marks];
  const text = t(`host:states.${host.state}`);
  return (
    <Tooltip label={text} disabled={!isShort}>
      <Group gap={4} wrap="nowrap" c={`var(--mantine-color-${colour}-light-color)`}>
        <Icon size={16} aria-hidden />
        {isShort ? (
          <VisuallyHidden>{text}</VisuallyHidden>
        ) : (
          <Text size="xs" fw={600}>
            {text}
          </Text>
        )}
      </Group>
    </Tooltip>
  );
}

/** How many there are of each, and the way to them. */
function Legend({ instances }: { instances: readonly Live<Instance>[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const groups = Map.groupBy(instances, ({ state }) => moodOf(state));
  return (
    <Group component="ul" gap="md" m={0} p={0} aria-label={t('overview:map.legend')}>
      {moods
        .filter((mood) => groups.has(mood))
        .map((mood) => {
          const theirs = groups.get(mood) ?? none;
          const state = [...new Set(theirs.map((instance) => instance.state))].join(',');
          return (
            <li key={mood} className={classes['legend']}>
              <span className={classes['tile']} data-mood={mood} aria-hidden>
                <i />
              </span>
              <Anchor
                size="sm"
                c="inherit"
                renderRoot={(props) => <Link to="/$plural" params={{ plural: 'instances' }} search={{ state }} {...props} />}
              >
                {format.number(theirs.length)} {t(`overview:map.moods.${mood}`)}
              </Anchor>
            </li>
          );
        })}
    </Group>
  );
}
