import { Text } from '@mantine/core';
import { IconUsersGroup } from '@tabler/icons-react';
import type { WebKind } from '../../web/web-kind.ts';
import { eventsTab } from '../../web/widgets/events/events-tab.tsx';
import { later } from '../../web/widgets/later.tsx';
import { NameLink } from '../../web/widgets/name-link.tsx';
import { When } from '../../web/widgets/when.tsx';
import { groupKind } from './group.ts';
import { groupWords } from './group.words.ts';

const CreateForm = later(() => import('../../web/widgets/create-form.tsx'), 'CreateForm');

export const groupWeb: WebKind<typeof groupKind> = {
  kind: groupKind,
  icon: IconUsersGroup,
  section: 'cloud',
  isForWholeCloud: true,
  words: groupWords,
  canDelete: true,
  bulkVerbs: [],
  verbsInTabs: ['add-members', 'remove-members'],
  create: () => <CreateForm kind={groupKind} />,
  tabs: [
    { id: 'members', Content: later(() => import('./web/members-tab.tsx'), 'MembersTab') },
    { id: 'projects', Content: later(() => import('./web/projects-tab.tsx'), 'ProjectsTab') },
    eventsTab,
  ],
  columns: [
    { id: 'name', value: (group) => group.name, cell: (group) => <NameLink kind={groupKind} resource={group} />, width: '16rem' },
    { id: 'members', value: (group) => group.spec.members.length, width: '8rem', align: 'right', titleOnCard: true },
    { id: 'description', value: (group) => group.spec.description },
    { id: 'created', value: (group) => group.createdAt, cell: (group) => <When at={group.createdAt} />, width: '12rem', wideOnly: true },
  ],
  Summary: ({ resource }) => (
    <Text size="sm" c="dimmed">
      {resource.spec.description}
    </Text>
  ),
};
