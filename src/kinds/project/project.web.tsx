import { Text } from '@mantine/core';
import { IconFolders } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { WebKind } from '../../web/web-kind.ts';
import { eventsTab } from '../../web/widgets/events/events-tab.tsx';
import { InstancesUsing } from '../../web/widgets/instances-using.tsx';
import { later } from '../../web/widgets/later.tsx';
import { NameLink } from '../../web/widgets/name-link.tsx';
import { When } from '../../web/widgets/when.tsx';
import { projectKind, type Project } from './project.ts';
import { projectWords } from './project.words.ts';

const CreateForm = later(() => import('../../web/widgets/create-form.tsx'), 'CreateForm');

export const projectWeb: WebKind<typeof projectKind> = {
  kind: projectKind,
  icon: IconFolders,
  section: 'cloud',
  words: projectWords,
  canDelete: true,
  bulkVerbs: [],
  verbsInTabs: ['set-member', 'remove-member', 'set-quota'],
  create: () => <CreateForm kind={projectKind} />,
  tabs: [{ id: 'members', Content: later(() => import('./web/members-tab.tsx'), 'MembersTab') }, { id: 'instances', Content: Instances }, eventsTab],
  columns: [
    { id: 'name', value: (project) => project.name, cell: (project) => <NameLink kind={projectKind} resource={project} />, width: '16rem' },
    { id: 'members', value: (project) => project.spec.members.length, width: '8rem', align: 'right', titleOnCard: true },
    { id: 'description', value: (project) => project.spec.description },
    { id: 'created', value: (project) => project.createdAt, cell: (project) => <When at={project.createdAt} />, width: '12rem', wideOnly: true },
  ],
  Summary: ({ resource }) => (
    <Text size="sm" c="dimmed">
      {resource.spec.description}
    </Text>
  ),
};

function Instances({ resource }: { resource: Project }) {
  const { t } = useTranslation();
  return (
    <InstancesUsing
      uses={(instance) => instance.project === resource.id}
      says={(count) => (count === 0 ? t('project:unused') : t('project:usedBy', { count }))}
      search={`?project=${resource.id}`}
    />
  );
}
