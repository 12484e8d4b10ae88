import { Button, Card, Checkbox, Group as Row, ScrollArea, Stack, Table, Text, TextInput, Title } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useForbidden } from '../../../web/cloud/access.ts';
import { useList, useRequests } from '../../../web/cloud/cloud.tsx';
import type { Live } from '../../../web/cloud/contract.ts';
import { announce } from '../../../web/widgets/announcer.tsx';
import { showProblem } from '../../../web/widgets/problem.tsx';
import { ResourceLink } from '../../../web/widgets/resource-link.tsx';
import { userKind } from '../../user/user.ts';
import { groupKind, type Group } from '../group.ts';
import { AddMembers } from './add-members.tsx';

/** From so many on they can be searched. */
const searchedFrom = 12;

/** Who is in a group; several are taken in, or let go, at once. */
export function MembersTab({ resource }: { resource: Live<Group> }) {
  const reason = useForbidden()(groupKind, 'add-members', resource);
  return (
    <Stack maw={720}>
      {reason === null && <AddMembers group={resource} />}
      <Members group={resource} reason={reason} />
    </Stack>
  );
}

function Members({ group, reason }: { group: Live<Group>; reason: string | null }) {
  const { t } = useTranslation();
  const requests = useRequests(groupKind);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [search, setSearch] = useState('');
  const [isBusy, setBusy] = useState(false);
  const { members } = group.spec;
  const shown = members.filter(({ name }) => name.includes(search.trim().toLowerCase()));
  // Somebody else may have let some of them go meanwhile.
  const selected = members.filter(({ user }) => chosen.has(user)).map(({ user }) => user);
  const isAll = shown.length > 0 && shown.every(({ user }) => chosen.has(user));
  const choose = (users: readonly string[], isChosen: boolean) => {
    const next = new Set(chosen);
    for (const user of users)
      if (isChosen) next.add(user);
      else next.delete(user);
    setChosen(next);
  };
  const letGo = async () => {
    setBusy(true);
    try {
      await requests.run(group, 'remove-members', { users: selected });
      announce(t('group:members.removed', { count: selected.length }));
      setChosen(new Set());
    } catch (error) {
      showProblem(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Card withBorder padding="md" component="section" aria-labelledby="members-title">
      <Row justify="space-between" mb="xs">
        <Row gap="xs" align="baseline">
          <Title order={2} id="members-title">
            {t('group:tabs.members')}
          </Title>
          {members.length > 0 && (
            <Text size="sm" c="dimmed">
              {t('group:members.shown', { count: members.length })}
            </Text>
          )}
        </Row>
        {selected.length > 0 && (
          <Button size="sm" variant="light" color="red" loading={isBusy} onClick={() => void letGo()}>
            {t('group:members.remove', { count: selected.length })}
          </Button>
        )}
      </Row>
      {reason !== null && (
        <Text size="sm" c="dimmed" mb="xs">
          {t('group:members.administratorsDecide')}
        </Text>
      )}
      {members.length === 0 && <Text>{t('group:members.none')}</Text>}
      {members.length >= searchedFrom && (
        <TextInput
          type="search"
          mb="xs"
          leftSection={<IconSearch size={16} />}
          aria-label={t('group:members.search')}
          placeholder={t('group:members.search')}
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
        />
      )}
      {members.length > 0 && (
        <ScrollArea.Autosize mah="60vh" viewportProps={{ tabIndex: 0, role: 'group', 'aria-label': t('group:tabs.members') }}>
          <Table verticalSpacing={4} aria-labelledby="members-title">
            <Table.Thead>
              <Table.Tr>
                {reason === null && (
                  <Table.Th w={40}>
                    <Checkbox
                      aria-label={t('group:members.selectAll')}
                      checked={isAll}
                      indeterminate={!isAll && selected.length > 0}
                      onChange={(event) =>
                        choose(
                          shown.map(({ user }) => user),
                          event.currentTarget.checked,
                        )
                      }
                    />
                  </Table.Th>
                )}
                <Table.Th>{t('group:members.name')}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {shown.map(({ user, name }) => (
                <Table.Tr key={user}>
                  {reason === null && (
                    <Table.Td>
                      <Checkbox
                        aria-label={t('group:members.select', { name })}
                        checked={chosen.has(user)}
                        onChange={(event) => choose([user], event.currentTarget.checked)}
                      />
                    </Table.Td>
                  )}
                  <Table.Th scope="row" fw={500}>
                    <Name id={user} name={name} />
                  </Table.Th>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </ScrollArea.Autosize>
      )}
    </Card>
  );
}

/** With how they are called; leads to their page, for who may see it. */
function Name({ id, name }: { id: string; name: string }) {
  const { byId } = useList(userKind);
  const user = byId?.get(id);
  if (user === undefined) return <>{name}</>;
  return (
    <>
      <ResourceLink kind={userKind} id={id} name={name} />
      {user.spec.displayName !== '' && (
        <Text span size="sm" c="dimmed" fw={400}>
          {' '}
          {user.spec.displayName}
        </Text>
      )}
    </>
  );
}
