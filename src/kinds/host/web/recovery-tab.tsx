import { Card, Group, Stack, Table, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Live } from '../../../web/cloud/contract.ts';
import { ResourceLink } from '../../../web/widgets/resource-link.tsx';
import { useNow } from '../../../web/widgets/when.tsx';
import { useFormat } from '../../../web/words/format.ts';
import { instanceKind } from '../../instance/instance.ts';
import type { Host, RecoveryReport } from '../host.ts';
import { IconHistory } from '@tabler/icons-react';
import { EmptyState } from '../../../web/widgets/empty-state.tsx';

/** What the host's agent found when it last started, after a power cut say, and what it did about each instance. */
export function RecoveryTab({ resource }: { resource: Live<Host> }) {
  const { t } = useTranslation();
  const { recovery } = resource.status;
  return recovery === null ? <EmptyState icon={IconHistory} text={t('host:recovery.none')} /> : <Report report={recovery} />;
}

function Report({ report }: { report: RecoveryReport }) {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow();
  const duration = useDuration();
  const { startedAt, machineRestarted, settledAfterMs, instances } = report;
  const when = format.ago(startedAt, Math.max(now, Date.parse(startedAt)));
  const word = (text: string) => t(`host:recovery.words.${text}`, { defaultValue: text });
  return (
    <Card withBorder padding="md">
      <Stack gap="sm">
        <Title order={2}>{t('host:recovery.title')}</Title>
        <Group gap={6}>
          <Text size="sm">{t(machineRestarted ? 'host:recovery.machine' : 'host:recovery.agentOnly', { when })}</Text>
          <Text size="sm">
            {settledAfterMs === null ? t('host:recovery.notSettled') : t('host:recovery.settled', { time: duration(settledAfterMs) })}
          </Text>
        </Group>
        {instances.length === 0 ? (
          <Text size="sm" c="dimmed">
            {t('host:recovery.empty')}
          </Text>
        ) : (
          <Table.ScrollContainer minWidth={560} scrollAreaProps={{ tabIndex: 0, 'aria-label': t('host:recovery.title') }}>
            <Table>
              <Table.Thead>
                <Table.Tr>
                  {(['instance', 'wanted', 'found', 'did', 'after'] as const).map((column) => (
                    <Table.Th key={column}>{t(`host:recovery.${column}`)}</Table.Th>
                  ))}
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {instances.map((each) => (
                  <Table.Tr key={each.id}>
                    <Table.Td>
                      <ResourceLink kind={instanceKind} id={each.id} name={each.name} />
                    </Table.Td>
                    <Table.Td>{word(each.wanted)}</Table.Td>
                    <Table.Td>{word(each.found)}</Table.Td>
                    <Table.Td>
                      {each.did.length === 0
                        ? t('host:recovery.nothing')
                        : each.did.map((act) => t(`host:recovery.acts.${act}`, { defaultValue: act })).join(', ')}
                    </Table.Td>
                    <Table.Td>{each.settledAfterMs === null ? t('host:recovery.notYet') : duration(each.settledAfterMs)}</Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        )}
      </Stack>
    </Card>
  );
}

/** Short times in the reader's manner: `850 ms`, `12.3 s`, `4 min 5 s`. */
function useDuration(): (ms: number) => string {
  const format = useFormat();
  return (ms) => {
    if (ms < 1_000) return `${Math.round(ms)}\u00a0ms`;
    if (ms < 60_000) return `${format.number(ms / 1_000)}\u00a0s`;
    return `${Math.floor(ms / 60_000)}\u00a0min ${Math.floor((ms % 60_000) / 1_000)}\u00a0s`;
  };
}
