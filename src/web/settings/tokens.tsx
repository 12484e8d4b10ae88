import { Badge, Button, Card, Group, Modal, Table, Text, Title } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ask, CloudProblem } from '../cloud/client.ts';
import { announce } from '../widgets/announcer.tsx';
import { ProblemText, showProblem } from '../widgets/problem.tsx';
import { When } from '../widgets/when.tsx';
import { useFormat } from '../words/format.ts';
import { LimitsOf, type Scope } from './token-limits.tsx';
import { NewToken } from './new-token.tsx';

/** As the API tells it: never with its secret. */
interface Token {
  readonly id: string;
  readonly name: string;
  readonly type: 'user' | 'agent';
  readonly host: string | null;
  readonly scope: Scope | null;
  readonly oneTime: boolean;
  readonly createdAt: string;
  readonly lastUsedAt: string | null;
  readonly expiresAt: string | null;
  readonly state: 'active' | 'expired';
}

const key = ['tokens'];

/** Tokens are no resources and are not told by the watch stream: they are read when one looks, and after each change. */
export function Tokens() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [isMaking, setMaking] = useState(false);
  const [revoked, setRevoked] = useState<Token | null>(null);
  const { data, error } = useQuery({ queryKey: key, queryFn: () => ask<{ items: Token[] }>('GET', '/v1/tokens'), staleTime: 0 });
  const readAnew = () => void client.invalidateQueries({ queryKey: key });
  return (
    <Card withBorder padding="md" component="section" aria-labelledby="tokens-title">
      <Group justify="space-between" mb={4}>
        <Title order={2} id="tokens-title">
          {t('settings:tokens.title')}
        </Title>
        <Button size="sm" leftSection={<IconPlus size={16} />} onClick={() => setMaking(true)}>
          {t('settings:tokens.create')}
        </Button>
      </Group>
      <Text size="sm" c="dimmed" mb="sm" maw={720}>
        {t('settings:tokens.says')}
      </Text>
      {error instanceof CloudProblem && <ProblemText problem={error.problem} />}
      {data?.items.length === 0 && <Text size="sm">{t('settings:tokens.none')}</Text>}
      {data !== undefined && data.items.length > 0 && <List tokens={data.items} revoke={setRevoked} />}
      <NewToken isOpen={isMaking} close={() => setMaking(false)} made={readAnew} />
      <Revoke token={revoked} close={() => setRevoked(null)} done={readAnew} />
    </Card>
  );
}

function List({ tokens, revoke }: { tokens: readonly Token[]; revoke: (token: Token) => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <Table.ScrollContainer minWidth={760} scrollAreaProps={{ tabIndex: 0, 'aria-label': t('settings:tokens.title') }}>
      <Table verticalSpacing={6} aria-labelledby="tokens-title">
        <Table.Thead>
          <Table.Tr>
            {(['name', 'for', 'limitedTo', 'lastUsed', 'expires', 'created', 'actions'] as const).map((column) => (
              <Table.Th key={column}>{t(`settings:tokens.${column}`)}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {tokens.map((token) => (
            <Table.Tr key={token.id}>
              <Table.Th scope="row" fw={600}>
                {token.name}
              </Table.Th>
              <Table.Td>{token.host === null ? t('settings:tokens.user') : t('settings:tokens.agent', { host: token.host })}</Table.Td>
              <Table.Td>
                <LimitsOf scope={token.scope} oneTime={token.oneTime} />
              </Table.Td>
              <Table.Td>{token.lastUsedAt === null ? t('settings:tokens.never') : <When at={token.lastUsedAt} />}</Table.Td>
              <Table.Td>
                {token.expiresAt === null ? (
                  t('settings:tokens.notAtAll')
                ) : token.state === 'expired' ? (
                  <Badge color="orange" variant="light" tt="none">
                    {t('settings:tokens.expired')}
                  </Badge>
                ) : (
                  format.day(token.expiresAt)
                )}
              </Table.Td>
              <Table.Td>
                <When at={token.createdAt} />
              </Table.Td>
              <Table.Td>
                <Button size="xs" variant="default" aria-label={t('settings:tokens.revokeOf', { name: token.name })} onClick={() => revoke(token)}>
                  {t('settings:tokens.revoke')}
                </Button>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function Revoke({ token, close, done }: { token: Token | null; close: () => void; done: () => void }) {
  const { t } = useTranslation();
  const [isBusy, setBusy] = useState(false);
  const revoke = async ({ id, name }: Token) => {
    setBusy(true);
    try {
      await ask('DELETE', `/v1/tokens/${id}`);
      announce(t('settings:tokens.revoked', { name }));
      close();
      done();
    } catch (error) {
      showProblem(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Modal opened={token !== null} onClose={close} title={t('settings:tokens.revokeTitle', { name: token?.name })} centered>
      <Text mb="lg">{token?.host === null ? t('settings:tokens.revokeSays') : t('settings:tokens.revokeAgentSays', { host: token?.host })}</Text>
      <Group justify="end">
        <Button variant="default" onClick={close} data-autofocus>
          {t('cancel')}
        </Button>
        <Button color="red" loading={isBusy} onClick={() => token !== null && void revoke(token)}>
          {t('settings:tokens.revoke')}
        </Button>
      </Group>
    </Modal>
  );
}
