import { List, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useList } from '../../../web/cloud/cloud.tsx';
import type { Live } from '../../../web/cloud/contract.ts';
import { ResourceLink } from '../../../web/widgets/resource-link.tsx';
import { projectKind } from '../../project/project.ts';
import type { Group } from '../group.ts';

export function ProjectsTab({ resource }: { resource: Live<Group> }) {
  const { t } = useTranslation();
  const { items: projects = [] } = useList(projectKind);
  const own = projects.flatMap((project) => project.spec.members.filter(({ id }) => id === resource.id).map(({ role }) => ({ project, role })));
  if (own.length === 0) return <Text>{t('group:projects.none')}</Text>;
  return (
    <Stack gap="xs">
      <Text>{t('group:projects.says')}</Text>
      <List listStyleType="none" spacing={6}>
        {own.map(({ project, role }) => (
          <List.Item key={project.id}>
            <ResourceLink kind={projectKind} id={project.id} name={project.name} /> · {t(`roles.${role}`)}
          </List.Item>
        ))}
      </List>
    </Stack>
  );
}
