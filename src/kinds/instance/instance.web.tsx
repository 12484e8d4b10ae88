import { Button, Group, Text, Tooltip } from '@mantine/core';
import { IconServer2, IconTerminal2 } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { eventsTab } from '../../web/widgets/events/events-tab.tsx';
import { later } from '../../web/widgets/later.tsx';
import { NameLink } from '../../web/widgets/name-link.tsx';
import { RowLink } from '../../web/widgets/row-link.tsx';
import { StateBadge } from '../../web/widgets/state-badge.tsx';
import { When } from '../../web/widgets/when.tsx';
import type { WebKind } from '../../web/web-kind.ts';
import { hostKind } from '../host/host.ts';
import { useHostNames } from '../host/web/of-hosts.ts';
import { instanceKind } from './instance.ts';
import { instanceWords } from './instance.words.ts';
import { consoleStates } from './instance.state.ts';

export const instanceWeb: WebKind<typeof instanceKind> = {
  kind: instanceKind,
  icon: IconServer2,
  section: 'use',
  words: instanceWords,
  canDelete: true,
  bulkVerbs: ['start', 'stop', 'reboot', 'force-stop', 'pause', 'resume', 'suspend'],
  create: '/launch',
  columns: [
    {
      id: 'name',
      value: (instance) => instance.name,
      cell: (instance) => <NameLink kind={instanceKind} resource={instance} />,
    },
    { id: 'state', value: (instance) => instance.state, cell: (instance) => <StateBadge kind="instance" state={instance.state} />, width: '9rem' },
    { id: 'address', value: (instance) => instance.spec.nics.map((nic) => nic.address).join(' '), width: '9rem' },
    { id: 'type', value: (instance) => instance.spec.type, width: '8rem', wideOnly: true },
    { id: 'image', value: (instance) => instance.spec.image.name, width: '9rem' },
    {
      id: 'host',
      tellsOf: hostKind,
      value: (instance) => instance.spec.host,
      useValue: useHostNames,
      cell: (instance, host) => <RowLink to={`/hosts/${instance.spec.host}`}>{host}</RowLink>,
      width: '8rem',
      wideOnly: true,
    },
    { id: 'created', value: (instance) => instance.createdAt, cell: (instance) => <When at={instance.createdAt} />, width: '9rem', wideOnly: true },
  ],
  tabs: [
    { id: 'overview', Content: later(() => import('./web/overview-tab.tsx'), 'OverviewTab') },
    { id: 'metrics', Content: later(() => import('./web/metrics-tab.tsx'), 'MetricsTab') },
    { id: 'log', Content: later(() => import('./web/log-tab.tsx'), 'LogTab') },
    eventsTab,
  ],
  verbForms: { resize: later(() => import('./web/resize-form.tsx'), 'ResizeForm') },
  Summary: ({ resource }) => (
    <Group gap="xs">
      <Text size="sm" c="dimmed">
        {[resource.spec.image.name, resource.spec.type, ...resource.spec.nics.map((nic) => nic.address)].join(' · ')}
      </Text>
    </Group>
  ),
  Actions: function ConsoleButton({ resource }) {
    const { t } = useTranslation();
    const isOff = !consoleStates.includes(resource.state);
    const button = (
      <Button
        variant="filled"
        leftSection={<IconTerminal2 size={16} />}
        {...(isOff
          ? { 'aria-disabled': true, 'data-disabled': true, 'aria-description': t('instance:consoleHint.off') }
          : { renderRoot: (props: object) => <Link to="/instances/$ref/console" params={{ ref: resource.id }} {...props} /> })}
      >
        {t('instance:console')}
      </Button>
    );
    return isOff ? <Tooltip label={t('instance:consoleHint.off')}>{button}</Tooltip> : button;
  },
};
