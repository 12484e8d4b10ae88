import { Alert, Card, Code, Group, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { IconAlertTriangle, IconCheck, IconHourglass, IconLock } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { MiB } from '../../../core/units.ts';
import type { Live } from '../../../web/cloud/contract.ts';
import { Facts } from '../../../web/widgets/facts.tsx';
import { When } from '../../../web/widgets/when.tsx';
import { useFormat } from '../../../web/words/format.ts';
import type { Host } from '../host.ts';
import { LoadBars, useHostLoad } from './load-bars.tsx';

export function OverviewTab({ resource }: { resource: Live<Host> }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { load, instances } = useHostLoad(resource);
  const { facts, diskFreeBytes, lastSeenAt } = resource.status;
  return (
    <Stack>
      <Health host={resource} instances={instances.length} />
      <SimpleGrid cols={{ base: 1, md: 2 }} style={{ alignItems: 'start' }}>
        <Stack>
          {facts !== null && (
            <Card withBorder padding="md">
              <Title order={2} mb="md">
                {t('host:load.title')}
              </Title>
              <LoadBars load={load} />
            </Card>
          )}
          <Facts
            title={t('host:about.title')}
            facts={{
              [t('host:about.lastSeen')]: <When at={lastSeenAt} />,
              [t('host:about.joined')]: <When at={resource.createdAt} />,
              [t('host:about.boot')]: facts === null ? null : <Code>{facts.bootId}</Code>,
              [t('host:about.id')]: <Code>{resource.id}</Code>,
            }}
          />
        </Stack>
        {facts !== null && (
          <Facts
            title={t('host:inventory.title')}
            facts={{
              [t('host:inventory.cpuModel')]: facts.cpuModel,
              [t('host:inventory.cpus')]: format.number(facts.vcpus),
              [t('host:inventory.memory')]: format.bytes(facts.memoryMib * MiB),
              [t('host:inventory.disk')]: t('host:inventory.diskOf', {
                total: format.bytes(facts.diskTotalBytes),
                free: format.bytes(diskFreeBytes),
              }),
              [t('host:inventory.accelerator')]:
                `${t(`host:accelerators.${facts.accelerator}`)}${facts.acceleratorReason === '' ? '' : ` (${facts.acceleratorReason})`}`,
              [t('host:inventory.firmwares')]: facts.firmwares.map((each) => each.toUpperCase()).join(', '),
              [t('host:inventory.hypervisor')]: facts.hypervisorVersion,
              [t('host:inventory.emulator')]: facts.emulatorVersion,
              [t('host:inventory.agent')]: facts.agentVersion,
            }}
          />
        )}
      </SimpleGrid>
    </Stack>
  );
}

/** What the state means, in words. */
function Health({ host, instances }: { host: Live<Host>; instances: number }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { facts, lostSince } = host.status;
  return (
    <>
      {host.state === 'online' && (
        <Group gap={6} wrap="nowrap">
          <IconCheck size={18} color="var(--mantine-color-teal-text)" aria-hidden />
          <Text size="sm">{t('host:health.good')}</Text>
        </Group>
      )}
      {lostSince !== null && (
        <Alert color="red" icon={<IconAlertTriangle />} title={t('host:health.lost', { since: format.time(lostSince) })}>
          <Text size="sm">{t(instances === 0 ? 'host:health.lostEmpty' : 'host:health.lostSays', { count: instances })}</Text>
        </Alert>
      )}
      {host.state === 'joining' && (
        <Alert color="blue" icon={<IconHourglass />} title={t('host:health.joining')}>
          <Text size="sm">{t('host:health.joiningSays')}</Text>
        </Alert>
      )}
      {!host.spec.schedulable && (
        <Alert color="yellow" icon={<IconLock />} title={t('host:health.cordoned')}>
          <Text size="sm">{t('host:health.cordonedSays', { count: instances })}</Text>
        </Alert>
      )}
      {facts?.accelerator === 'tcg' && (
        <Alert color="orange" icon={<IconAlertTriangle />} title={t('host:health.emulated')}>
          <Text size="sm">{facts.acceleratorReason}</Text>
        </Alert>
      )}
    </>
  );
}
