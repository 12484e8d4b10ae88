import { Text } from '@mantine/core';
import { IconServerCog } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { NameLink } from '../../web/widgets/name-link.tsx';
import { eventsTab } from '../../web/widgets/events/events-tab.tsx';
import { StateBadge } from '../../web/widgets/state-badge.tsx';
import { When } from '../../web/widgets/when.tsx';
import { later } from '../../web/widgets/later.tsx';
import type { WebKind } from '../../web/web-kind.ts';
import { hostKind, type Host } from './host.ts';
import { hostWords } from './host.words.ts';
import { CordonButton } from './web/cordon-button.tsx';
import { InstanceCount, LoadCell } from './web/load-bars.tsx';
import { useInstanceCounts } from './web/of-hosts.ts';

export const hostWeb: WebKind<typeof hostKind> = {
  kind: hostKind,
  icon: IconServerCog,
  section: 'cloud',
  isForWholeCloud: true,
  words: hostWords,
  canDelete: true,
  bulkVerbs: [],
  create: null,
  columns: [
    { id: 'name', value: (host) => host.name, cell: (host) => <NameLink kind={hostKind} resource={host} /> },
    { id: 'state', value: (host) => host.state, cell: (host) => <StateBadge kind="host" state={host.state} />, width: '7.5rem' },
    {
      id: 'vcpus',
      value: (host) => host.status.facts?.vcpus ?? null,
      cell: (host) => <LoadCell host={host} what="vcpus" />,
      width: '9rem',
      wideOnly: true,
    },
    {
      id: 'memory',
      value: (host) => host.status.facts?.memoryMib ?? null,
      cell: (host) => <LoadCell host={host} what="memory" />,
      width: '10rem',
      titleOnCard: true,
    },
    {
      id: 'disk',
      value: (host) => host.status.facts?.diskTotalBytes ?? null,
      cell: (host) => <LoadCell host={host} what="disk" />,
      width: '10rem',
      wideOnly: true,
    },
    {
      id: 'instances',
      value: () => null,
      useValue: useInstanceCounts,
      cell: (_host, count) => <InstanceCount count={Number(count)} />,
      align: 'right',
      width: '7rem',
      wideOnly: true,
    },
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
    { id: 'overview', Content: later(() => import('./web/overview-tab.tsx'), 'OverviewTab') },
    { id: 'instances', Content: later(() => import('./web/instances-tab.tsx'), 'InstancesTab') },
    { id: 'metrics', Content: later(() => import('./web/metrics-tab.tsx'), 'MetricsTab') },
    { id: 'recovery', Content: later(() => import('./web/recovery-tab.tsx'), 'RecoveryTab') },
    eventsTab,
  ],
  Summary: ({ resource }) => (
    <Text size="sm" c="dimmed">
      {resource.status.facts?.cpuModel}
    </Text>
  ),
  Actions: ({ resource }) => <CordonButton host={resource} />,
};

function Accelerator({ host }: { host: Host }) {
  const { t } = useTranslation();
  const { facts } = host.status;
  return <>{facts === null ? '–' : t(`host:accelerators.${facts.accelerator}`)}</>;
}
