import { Text } from '@mantine/core';
import { IconServerCog } from '@tabler/icons-react';
import { lazy, Suspense, type ComponentType } from 'react';
import { useTranslation } from 'react-i18next';
import { MiB } from '../../core/units.ts';
import type { Live } from '../../web/cloud/contract.ts';
import { ResourceLink } from '../../web/widgets/resource-link.tsx';
import { StateBadge } from '../../web/widgets/state-badge.tsx';
import { When } from '../../web/widgets/when.tsx';
import type { WebKind } from '../../web/web-kind.ts';
import { useFormat } from '../../web/words/format.ts';
import { hostKind, type Host } from './host.ts';
import { hostWords } from './host.words.ts';
import { CordonButton } from './web/cordon-button.tsx';
import { InstanceCount, LoadCell } from './web/load-bars.tsx';

type Tab = ComponentType<{ resource: Live<Host> }>;

/** Tabs come when they are opened. */
function later(load: () => Promise<Tab>): Tab {
  const Content = lazy(async () => ({ default: await load() }));
  return (props) => (
    <Suspense>
      <Content {...props} />
    </Suspense>
  );
}

export const hostWeb: WebKind<typeof hostKind> = {
  kind: hostKind,
  icon: IconServerCog,
  section: 'cloud',
  words: hostWords,
  canDelete: true,
  bulkVerbs: [],
  create: null,
  columns: [
    { id: 'name', value: (host) => host.name, cell: (host) => <ResourceLink kind={hostKind} id={host.id} name={host.name} /> },
    { id: 'state', value: (host) => host.state, cell: (host) => <StateBadge kind="host" state={host.state} />, width: '8rem' },
    { id: 'cpus', value: (host) => host.status.facts?.vcpus ?? null, align: 'right', width: '5rem', wideOnly: true },
    {
      id: 'memorySize',
      value: (host) => host.status.facts?.memoryMib ?? null,
      cell: (host) => <Bytes value={host.status.facts === null ? null : host.status.facts.memoryMib * MiB} />,
      align: 'right',
      width: '6rem',
      wideOnly: true,
    },
    {
      id: 'diskFree',
      value: (host) => (host.status.facts === null ? null : host.status.diskFreeBytes),
      cell: (host) => <Bytes value={host.status.facts === null ? null : host.status.diskFreeBytes} />,
      align: 'right',
      width: '7rem',
      wideOnly: true,
    },
    ...(['vcpus', 'memory', 'disk'] as const).map((what) => ({
      id: what,
      value: () => null,
      cell: (host: Live<Host>) => <LoadCell host={host} what={what} />,
      width: '8rem',
      wideOnly: what !== 'memory',
    })),
    { id: 'instances', value: () => null, cell: (host) => <InstanceCount host={host} />, align: 'right', width: '6.5rem' },
    {
      id: 'accelerator',
      value: (host) => host.status.facts?.accelerator ?? null,
      cell: (host) => <Accelerator host={host} />,
      width: '7rem',
      wideOnly: true,
    },
    { id: 'lastSeen', value: (host) => host.status.lastSeenAt, cell: (host) => <When at={host.status.lastSeenAt} />, width: '9rem', wideOnly: true },
  ],
  tabs: [
    { id: 'overview', Content: later(async () => (await import('./web/overview-tab.tsx')).OverviewTab) },
    { id: 'instances', Content: later(async () => (await import('./web/instances-tab.tsx')).InstancesTab) },
    { id: 'recovery', Content: later(async () => (await import('./web/recovery-tab.tsx')).RecoveryTab) },
  ],
  Summary: ({ resource }) => (
    <Text size="sm" c="dimmed">
      {resource.status.facts?.cpuModel}
    </Text>
  ),
  Actions: ({ resource }) => <CordonButton host={resource} />,
};

function Bytes({ value }: { value: number | null }) {
  const format = useFormat();
  return <>{value === null ? '–' : format.bytes(value)}</>;
}

function Accelerator({ host }: { host: Host }) {
  const { t } = useTranslation();
  const { facts } = host.status;
  return <>{facts === null ? '–' : t(`host:accelerators.${facts.accelerator}`)}</>;
}
