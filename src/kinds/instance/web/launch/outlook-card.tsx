import { Alert, Button, Card, Group, List, Loader, Stack, Text, Title } from '@mantine/core';
import { IconRocket } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { MiB } from '../../../../core/units.ts';
import type { Problem } from '../../../../web/cloud/client.ts';
import { useFormat } from '../../../../web/words/format.ts';
import { RefusalText } from './refusal-text.tsx';
import type { Forecast, Outlook } from './use-forecast.ts';

interface Props {
  readonly outlook: Outlook;
  readonly keys: readonly string[];
  /** Why nothing came of it when it was sent. */
  readonly refused: Problem | null;
  /** Problems at fields, in words: said once more here, where the button is. */
  readonly open: readonly string[];
  readonly isSending: boolean;
}

/** What will happen, beside the button that makes it happen. */
export function OutlookCard({ outlook, keys, refused, open, isSending }: Props) {
  const { t } = useTranslation();
  const isLost = refused !== null && refused.status === 0;
  return (
    <Card withBorder padding="lg">
      <Stack gap="sm">
        <Group justify="space-between" gap="xs" wrap="nowrap">
          <Title order={2}>{t('launch:outlook.title')}</Title>
          {'isFresh' in outlook && !outlook.isFresh && <Loader size={16} aria-hidden />}
        </Group>
        <div aria-live="polite" data-outlook={outlook.is}>
          {isLost ? null : open.length > 0 ? (
            <Stack gap={4}>
              {open.map((says) => (
                <Text key={says} size="sm" c="dimmed">
                  {says}
                </Text>
              ))}
            </Stack>
          ) : (
            <Now outlook={outlook} keys={keys} isRefused={refused !== null} />
          )}
        </div>
        {refused !== null && (
          <Alert color={isLost || refused.status === 401 ? 'orange' : 'red'} role="alert" title={isLost ? t('launch:lost.title') : undefined}>
            {isLost ? (
              <Text size="sm">{t('launch:lost.text')}</Text>
            ) : refused.status === 401 ? (
              <Text size="sm">{t('launch:lost.logIn')}</Text>
            ) : (
              <RefusalText problem={refused} />
            )}
          </Alert>
        )}
        <Button type="submit" size="md" loading={isSending} leftSection={<IconRocket size={18} />}>
          {t(isLost ? 'launch:again' : 'launch:do')}
        </Button>
      </Stack>
    </Card>
  );
}

function Now({ outlook, keys, isRefused }: { outlook: Outlook; keys: readonly string[]; isRefused: boolean }) {
  const { t } = useTranslation();
  switch (outlook.is) {
    case 'open':
      return (
        <Text size="sm" c="dimmed">
          {t('launch:outlook.open')}
        </Text>
      );
    case 'unknown':
      return (
        <Text size="sm" c="dimmed">
          {t('launch:outlook.unknown')}
        </Text>
      );
    case 'refused':
      // The same is said below, with the number of the request.
      return isRefused ? null : (
        <Alert color="orange" variant="light" p="sm" opacity={outlook.isFresh ? 1 : 0.5}>
          <RefusalText problem={{ ...outlook.problem, requestId: null }} />
        </Alert>
      );
    case 'good':
      return <Good forecast={outlook.forecast} keys={keys} isFresh={outlook.isFresh} />;
  }
}

function Good({ forecast, keys, isFresh }: { forecast: Forecast; keys: readonly string[]; isFresh: boolean }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { items, hosts } = forecast;
  const [first] = items;
  if (first === undefined) return null;
  const { spec } = first;
  const bytes = (mib: number) => format.bytes(mib * MiB);
  return (
    <List size="sm" spacing={6} listStyleType="none" opacity={isFresh ? 1 : 0.6}>
      {items.length === 1 ? (
        <List.Item fw={550}>
          {t(spec.power === 'running' ? 'launch:outlook.runs' : 'launch:outlook.stays', {
            name: first.name,
            host: hosts[0]?.name ?? '–',
            address: spec.nics[0]?.address ?? '–',
          })}
        </List.Item>
      ) : (
        <List.Item fw={550}>
          {t(spec.power === 'running' ? 'launch:outlook.runMany' : 'launch:outlook.stayMany', {
            count: items.length,
            first: first.name,
            last: items.at(-1)?.name,
          })}
        </List.Item>
      )}
      {hosts.map((host) => (
        <List.Item key={host.id}>
          {t(hosts.length > 1 || items.length > 1 ? 'launch:outlook.takesOn' : 'launch:outlook.takes', {
            host: host.name,
            machines: format.number(host.instances),
            vcpus: format.number(host.vcpus.asked),
            freeVcpus: format.number(host.vcpus.free),
            memory: bytes(host.memoryMib.asked),
            freeMemory: bytes(host.memoryMib.free),
          })}
        </List.Item>
      ))}
      <List.Item>{t('launch:outlook.disk', { size: format.bytes(spec.diskBytes) })}</List.Item>
      {spec.expiresAt != null && (
        <List.Item>{t(items.length > 1 ? 'launch:outlook.endMany' : 'launch:outlook.ends', { day: format.day(spec.expiresAt) })}</List.Item>
      )}
      <List.Item {...(keys.length === 0 ? { c: 'var(--mantine-color-error)' } : {})}>
        {keys.length === 0
          ? t('launch:outlook.nobody')
          : t('launch:outlook.logIn', { user: spec.image.loginUser, count: keys.length, keys: keys.join(', ') })}
      </List.Item>
    </List>
  );
}
