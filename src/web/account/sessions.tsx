import { Badge, Button, Group, Table } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { ask } from '../cloud/client.ts';
import { announce } from '../widgets/announcer.tsx';
import { useSending } from '../widgets/form/use-sending.ts';
import { ProblemText } from '../widgets/problem.tsx';
import { When } from '../widgets/when.tsx';
import type { Account } from './account.ts';
import { Section } from './section.tsx';

export function Sessions({ account, changed }: { account: Account; changed: () => void }) {
  const { t } = useTranslation();
  const sending = useSending();
  const { sessions } = account;
  const end = async (id: string | null) => {
    if (!(await sending.send(() => ask('DELETE', id === null ? '/v1/account/sessions' : `/v1/account/sessions/${id}`)))) return;
    announce(t('account:sessions.ended'));
    changed();
  };
  const methodOf = (method: string) => {
    const [type = '', name = ''] = method.split(':');
    return t(`account:sessions.methods.${type}`, { name, defaultValue: method });
  };
  const from = (address: string | null | undefined) => address ?? t('account:sessions.unknown');
  return (
    <Section
      title={t('account:sessions.title')}
      says={t('account:sessions.says')}
      {...(sessions.length > 1
        ? {
            action: (
              <Button size="xs" variant="default" loading={sending.isBusy} onClick={() => void end(null)}>
                {t('account:sessions.endOthers')}
              </Button>
            ),
          }
        : {})}
    >
      {sending.problem !== null && <ProblemText problem={sending.problem} />}
      <Table.ScrollContainer minWidth={560} scrollAreaProps={{ tabIndex: 0, 'aria-label': t('account:sessions.title') }}>
        <Table verticalSpacing={6} aria-label={t('account:sessions.title')}>
          <Table.Thead>
            <Table.Tr>
              {(['from', 'method', 'since', 'lastUsed', 'actions'] as const).map((column) => (
                <Table.Th key={column}>{t(`account:sessions.${column}`)}</Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {sessions.map((session) => (
              <Table.Tr key={session.id}>
                <Table.Th scope="row" fw={600}>
                  {from(session.address)}
                </Table.Th>
                <Table.Td>{methodOf(session.method)}</Table.Td>
                <Table.Td>
                  <When at={session.createdAt} />
                </Table.Td>
                <Table.Td>
                  <When at={session.lastUsedAt} />
                </Table.Td>
                <Table.Td>
                  <Group>
                    {session.isThis ? (
                      <Badge variant="light" color="teal" tt="none">
                        {t('account:sessions.this')}
                      </Badge>
                    ) : (
                      <Button
                        size="xs"
                        variant="default"
                        aria-label={t('account:sessions.endOf', { address: from(session.address) })}
                        onClick={() => void end(session.id)}
                      >
                        {t('account:sessions.end')}
                      </Button>
                    )}
                  </Group>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Section>
  );
}
