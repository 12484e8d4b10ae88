import { Anchor, Group } from '@mantine/core';
import { IconServer2 } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { StateBadge } from '../../web/widgets/state-badge.tsx';
import { When } from '../../web/widgets/when.tsx';
import type { WebKind } from '../../web/web-kind.ts';
import { instanceKind } from './instance.ts';
import { instanceWords } from './instance.words.ts';

export const instanceWeb: WebKind<typeof instanceKind> = {
  kind: instanceKind,
  icon: IconServer2,
  section: 'use',
  words: instanceWords,
  canDelete: true,
  bulkVerbs: ['start', 'stop', 'reboot'],
  create: '/launch',
  tabs: [],
  columns: [
    {
      id: 'name',
      value: (instance) => instance.name,
      cell: (instance) => (
        <Anchor fw={550} renderRoot={(props) => <Link to={`/instances/${instance.id}`} {...props} />}>
          {instance.name}
        </Anchor>
      ),
    },
    { id: 'state', value: (instance) => instance.state, cell: (instance) => <StateBadge kind="instance" state={instance.state} />, width: '9rem' },
    { id: 'address', value: (instance) => instance.spec.nics.map((nic) => nic.address).join(' '), width: '9rem' },
    { id: 'type', value: (instance) => instance.spec.type, width: '9rem', wideOnly: true },
    { id: 'image', value: (instance) => instance.spec.image.name, width: '9rem', wideOnly: true },
    { id: 'created', value: (instance) => instance.createdAt, cell: (instance) => <When at={instance.createdAt} />, width: '9rem', wideOnly: true },
  ],
  Summary: ({ resource }) => <Group gap="xs">{resource.spec.description}</Group>,
};
