import { Card, Group, SegmentedControl, Table, Text, Title } from '@mantine/core';
import { IconArrowDown } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Instance } from '../../kinds/instance/instance.ts';
import { projectKind } from '../../kinds/project/project.ts';
import { useUser } from '../shell/session.tsx';
import { PersonName } from '../widgets/person-name.tsx';
import { LiveLink } from '../widgets/live-link.tsx';
import { useFormat } from '../words/format.ts';
import classes from './overview.module.css';
import { whoUses, type UseOf } from './who-uses.ts';
import { useList } from '../cloud/cloud.tsx';
import { webKindByPlural } from '../../kinds/web.ts';

const shownMax = 6;
const columns: readonly UseOf[] = ['instances', 'vcpus', 'memory', 'disk'];

/** Projects or users, by what their instances take, on or off. */
export function WhoUsesMost({ instances }: { instances: readonly Instance[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const [by, setBy] = useState<'project' | 'createdBy'>('project');
  const [sortBy, setSortBy] = useState<UseOf>('vcpus');
  const uses = useMemo(() => whoUses(instances, by, sortBy), [instances, by, sortBy]);
  const most = useMemo(() => new Map(columns.map((column) => [column, Math.max(1, ...uses.map((use) => use[column]))])), [uses]);
  const text = (column: UseOf, value: number) => (column === 'memory' || column === 'disk' ? format.bytes(value) : format.number(value));
  return (
    <Card withBorder padding="md" component="section" aria-labelledby="uses-title">
      <Group justify="space-between" mb="sm">
        <Title order={2} id="uses-title">
          {t('overview:uses.title')}
        </Title>
        <SegmentedControl
          size="xs"
          aria-label={t('overview:uses.by')}
          value={by}
          onChange={(value) => setBy(value)}
          data={[
            { value: 'project', label: t('overview:uses.projects') },
            { value: 'createdBy', label: t('overview:uses.users') },
          ]}
        />
      </Group>
      <Table.ScrollContainer minWidth={460} scrollAreaProps={{ tabIndex: 0, 'aria-label': t('overview:uses.title') }}>
        <Table verticalSpacing={6} horizontalSpacing="xs">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t(by === 'project' ? 'overview:uses.project' : 'overview:uses.user')}</Table.Th>
              {columns.map((column) => (
                <Table.Th key={column} aria-sort={column === sortBy ? 'descending' : undefined}>
                  <button type="button" className={classes['sort']} onClick={() => setSortBy(column)}>
                    {t(`overview:uses.${column}`)}
                    {column === sortBy && <IconArrowDown size={14} aria-hidden />}
                  </button>
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {uses.slice(0, shownMax).map((use) => (
              <Table.Tr key={use.id}>
                <Table.Th scope="row" fw={500}>
                  {by === 'project' ? <Project id={use.id} /> : <User id={use.id} />}
                </Table.Th>
                {columns.map((column) => (
                  <Table.Td key={column} className={classes['amount']}>
                    {text(column, use[column])}
                    <i style={{ width: `${(use[column] / (most.get(column) ?? 1)) * 100}%` }} aria-hidden />
                  </Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {uses.length > shownMax && (
        <Text size="sm" c="dimmed" mt="xs">
          {t('overview:uses.more', { count: uses.length - shownMax })}
        </Text>
      )}
    </Card>
  );
}

/** Projects may have no page of their own yet. */
function Project({ id }: { id: string }) {
  const { byId } = useList(projectKind);
  if (webKindByPlural('projects') !== undefined) return <LiveLink kind={projectKind} id={id} />;
  return <>{byId?.get(id)?.name ?? id}</>;
}

function User({ id }: { id: string }) {
  const { t } = useTranslation();
  const user = useUser();
  if (id === user.id) return <>{t('overview:uses.you', { name: user.name })}</>;
  return id === 'system' ? t('overview:uses.system') : <PersonName id={id} />;
}
