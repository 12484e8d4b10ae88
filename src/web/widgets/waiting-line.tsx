import { Alert, Code, Group, Loader, Stack, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Observed, Resource } from '../../core/resource.ts';
import { useSentence } from '../words/use-sentence.ts';
import { When } from './when.tsx';

interface Failed {
  readonly failure?: { readonly reason: string; readonly at?: string; readonly consoleTail?: readonly string[] } | null;
}

/** Why a resource is not (yet) as asked for: the reason, whose turn it is, what happens next; and what failed last. */
export function WaitingLine({ resource }: { resource: Resource }) {
  const { t } = useTranslation();
  const say = useSentence();
  const { waitingFor = null, failure = null } = resource.status as Partial<Observed> & Failed;
  // What failed may be just what is waited for: then once is enough.
  const isSaid = failure !== null && failure.reason === waitingFor?.reason && (failure.consoleTail ?? []).length === 0;
  return (
    <>
      {waitingFor !== null && (
        <Alert color={waitingFor.owner === 'user' || waitingFor.owner === 'administrator' ? 'orange' : 'blue'} variant="light">
          <Group gap="sm" wrap="nowrap" align="start">
            {waitingFor.owner !== 'user' && waitingFor.owner !== 'administrator' && <Loader size={16} mt={2} aria-hidden />}
            <Stack gap={2}>
              <Text size="sm" fw={550}>
                {say(waitingFor.reason)}
              </Text>
              <Text size="sm" c="dimmed">
                {t('waiting.owner', { owner: t(`waiting.owners.${waitingFor.owner}`) })}
                {waitingFor.next !== '' && <> {t('waiting.next', { next: say(waitingFor.next) })}</>} <When at={waitingFor.since} />
              </Text>
            </Stack>
          </Group>
        </Alert>
      )}
      {failure !== null && !isSaid && (
        <Alert color="red" icon={<IconAlertTriangle />} title={t('waiting.failed')}>
          <Text size="sm">{say(failure.reason)}</Text>
          {failure.consoleTail !== undefined && failure.consoleTail.length > 0 && (
            <Code block mt="xs" tabIndex={0} aria-label={t('waiting.consoleTail')}>
              {failure.consoleTail.join('\n')}
            </Code>
          )}
        </Alert>
      )}
    </>
  );
}
