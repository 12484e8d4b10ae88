import { Alert, Button, Code, Group, ScrollArea, Stack, Switch, Text } from '@mantine/core';
import { IconCloudOff, IconDownload } from '@tabler/icons-react';
import { useCallback, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { KiB } from '../../../core/units.ts';
import { ask, CloudProblem, type Problem } from '../../../web/cloud/client.ts';
import { useList } from '../../../web/cloud/cloud.tsx';
import type { Live } from '../../../web/cloud/contract.ts';
import { ProblemText } from '../../../web/widgets/problem.tsx';
import { useFormat } from '../../../web/words/format.ts';
import { hostKind } from '../../host/host.ts';
import type { Instance } from '../instance.ts';
import { readable } from './serial-text.ts';

const shownBytes = 64 * KiB;
const followMs = 3_000;

/** What the guest wrote to its serial console: the end of it, and on as it grows. */
export function LogTab({ resource }: { resource: Live<Instance> }) {
  const { t } = useTranslation();
  const [text, setText] = useState<string | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [isFollowed, setFollowed] = useState(true);
  const viewport = useRef<HTMLDivElement>(null);
  const read = useCallback(async () => {
    try {
      setText(readable(await ask<string>('GET', `/v1/instances/${resource.id}/log`, { query: { offset: -shownBytes, maxBytes: shownBytes } })));
      setProblem(null);
    } catch (error) {
      if (!(error instanceof CloudProblem)) throw error;
      setProblem(error.problem);
    }
  }, [resource.id]);
  useEffect(() => {
    void read();
    if (!isFollowed) return undefined;
    const timer = setInterval(() => {
      if (!document.hidden) void read();
    }, followMs);
    return () => clearInterval(timer);
  }, [read, isFollowed]);
  useEffect(() => {
    if (isFollowed) viewport.current?.scrollTo({ top: viewport.current.scrollHeight });
  }, [text, isFollowed]);
  return (
    <Stack>
      <Group justify="space-between">
        <Switch label={t('instance:log.follow')} checked={isFollowed} onChange={(event) => setFollowed(event.currentTarget.checked)} />
        <Button
          variant="default"
          leftSection={<IconDownload size={16} />}
          component="a"
          href={`/v1/instances/${resource.id}/log?maxBytes=1048576&offset=-1048576`}
          download={`${resource.name}.log`}
        >
          {t('instance:log.download')}
        </Button>
      </Group>
      {problem !== null && <Unread instance={resource} problem={problem} hasText={text !== null && text !== ''} />}
      {text === '' && problem === null && <Text c="dimmed">{t('instance:log.empty')}</Text>}
      {text !== null && text !== '' && (
        <ScrollArea.Autosize
          mah="65vh"
          viewportRef={viewport}
          viewportProps={{ tabIndex: 0, role: 'log', 'aria-label': t('instance:log.title', { name: resource.name }) }}
        >
          <Code block>{text}</Code>
        </ScrollArea.Autosize>
      )}
    </Stack>
  );
}

/** Why there is no log now: a host that is silent is said to be, by its name and since when. */
function Unread({ instance, problem, hasText }: { instance: Live<Instance>; problem: Problem; hasText: boolean }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { byId } = useList(hostKind);
  const host = byId?.get(instance.spec.host);
  return (
    <Alert color="orange" icon={<IconCloudOff />} role="status" title={t('instance:log.unread')}>
      <Stack gap={4}>
        {host?.state === 'lost' ? (
          <Text size="sm">
            {host.status.lastSeenAt === null
              ? t('instance:log.neverSeen', { host: host.name })
              : t('instance:log.lost', { host: host.name, since: format.time(host.status.lastSeenAt) })}
          </Text>
        ) : (
          <ProblemText problem={problem} />
        )}
        {hasText && <Text size="sm">{t('instance:log.old')}</Text>}
      </Stack>
    </Alert>
  );
}
