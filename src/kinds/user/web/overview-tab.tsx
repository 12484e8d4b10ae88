import { Card, Code, Group, List, SimpleGrid, Stack, Table, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useList } from '../../../web/cloud/cloud.tsx';
import type { Live } from '../../../web/cloud/contract.ts';
import { Facts } from '../../../web/widgets/facts.tsx';
import { QuotaCard } from '../../../web/widgets/quota/quota-card.tsx';
import { ResourceLink } from '../../../web/widgets/resource-link.tsx';
import { When } from '../../../web/widgets/when.tsx';
import { groupKind, type Group as GroupOfPeople } from '../../group/group.ts';
import { projectKind } from '../../project/project.ts';
import type { User } from '../user.ts';

/** The account, and where this person is in. */
export function OverviewTab({ resource }: { resource: Live<User> }) {
  const { t } = useTranslation();
  const { spec } = resource;
  const { items: groups = [] } = useList(groupKind);
  const own = groups.filter((group) => group.spec.members.some(({ user }) => user === resource.id));
  return (
    <SimpleGrid cols={{ base: 1, md: 2 }}>
      <Facts
        title={t('user:about.title')}
        facts={{
          [t('user:columns.displayName')]: spec.displayName,
          [t('user:columns.email')]: spec.email,
          [t('user:columns.role')]: t(`roles.${spec.role}`),
          [t('user:about.language')]: t(`user:fields.language.options.${spec.language}`),
          [t('user:columns.created')]: <When at={resource.createdAt} />,
          [t('user:about.id')]: <Code>{resource.id}</Code>,
        }}
      />
      <Stack>
        <QuotaCard of={resource} />
        <Projects user={resource} groups={own} />
        <Card withBorder padding="md">
          <Title order={2} mb="xs">
            {t('user:groups.title')}
          </Title>
          {own.length === 0 ? (
            <Text size="sm">{t('user:groups.none')}</Text>
          ) : (
            <List listStyleType="none" spacing={4}>
              {own.map(({ id, name }) => (
                <List.Item key={id}>
                  <ResourceLink kind={groupKind} id={id} name={name} />
                </List.Item>
              ))}
            </List>
          )}
        </Card>
      </Stack>
    </SimpleGrid>
  );
}

function Projects({ user, groups }: { user: User; groups: readonly GroupOfPeople[] }) {
  const { t } = useTranslation();
  const { items: projects = [] } = useList(projectKind);
  const groupOf = new Map(groups.map((group) => [group.id, group]));
  const rows = projects.flatMap((project) =>
    project.spec.members
      .filter(({ id }) => id === user.id || groupOf.has(id))
      .map((member) => ({ project, role: member.role, group: groupOf.get(member.id) ?? null })),
  );
  return (
    <Card withBorder padding="md">
      <Title order={2} id="projects-title" mb="xs">
        {t('user:projects.title')}
      </Title>
      {rows.length === 0 ? (
        <Text size="sm">{t('user:projects.none')}</Text>
      ) : (
        <Table verticalSpacing={4} horizontalSpacing="xs" aria-labelledby="projects-title">
          <Table.Thead>
            <Table.Tr>
              {(['name', 'role', 'through'] as const).map((column) => (
                <Table.Th key={column}>{t(`user:projects.${column}`)}</Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map(({ project, role, group }) => (
              <Table.Tr key={`${project.id} ${group?.id}`}>
                <Table.Th scope="row" fw={500}>
                  <ResourceLink kind={projectKind} id={project.id} name={project.name} />
                </Table.Th>
                <Table.Td>{t(`roles.${role}`)}</Table.Td>
                <Table.Td>
                  <Group gap={4}>
                    {group === null ? t('user:projects.self') : <ResourceLink kind={groupKind} id={group.id} name={group.name} fw={400} />}
                  </Group>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
    </Card>
  );
}
