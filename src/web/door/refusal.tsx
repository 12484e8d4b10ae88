import { Alert, Stack, Text } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Problem } from '../cloud/client.ts';
import { ProblemText } from '../widgets/problem.tsx';
import { saySentence } from '../words/use-sentence.ts';

/** What was not proven, by how the cloud says it. */
const known: readonly (readonly [RegExp, string])[] = [
  [/name or (?:the )?password is wrong/, 'wrong'],
  [/^the code/, 'code'],
  [/begun too long ago/, 'late'],
  [/^the passkey/, 'passkey'],
  [/no certificate was presented/, 'certificate'],
];

/** Why somebody does not get in, and what to do. */
export function Refusal({ problem }: { problem: Problem }) {
  const { t } = useTranslation();
  return (
    <Alert color={problem.code === 'RATE_LIMITED' ? 'orange' : 'red'} role="alert">
      <Said problem={problem} />
      {problem.code === 'UNAVAILABLE' && (
        <Text size="sm" mt={4}>
          {t('door:down')}
        </Text>
      )}
    </Alert>
  );
}

function Said({ problem }: { problem: Problem }) {
  const { t } = useTranslation();
  const { code, params } = problem;
  if (code === 'RATE_LIMITED') return <Countdown problem={problem} />;
  if (code !== 'UNAUTHENTICATED') return <ProblemText problem={problem} />;
  const says = String(params['problem'] ?? '');
  const key = known.find(([form]) => form.test(says))?.[1];
  if (key === 'certificate') return <Text size="sm">{t('door:certificate.none')}</Text>;
  if (key !== undefined) return <Text size="sm">{t(`door:refused.${key}`)}</Text>;
  return <Text size="sm">{capitalised(saySentence(says === '' ? problem.detail : says))}</Text>;
}

/** How long to wait, counted down; heard once and not each second. */
function Countdown({ problem }: { problem: Problem }) {
  const { t } = useTranslation();
  const left = useSecondsLeft(problem);
  return (
    <Stack gap={0}>
      <Text size="sm" aria-live="off">
        {left === 0 ? t('door:waitOver') : t('door:wait', { count: left })}
      </Text>
    </Stack>
  );
}

/** Until trying again makes sense; 0: it does. */
export function useSecondsLeft(problem: Problem | null): number {
  const wait = problem?.code === 'RATE_LIMITED' ? Number(problem.params['retryAfterSeconds'] ?? 60) : 0;
  const [left, setLeft] = useState(wait);
  useEffect(() => {
    setLeft(wait);
    if (wait === 0) return undefined;
    const endMs = Date.now() + wait * 1_000;
    const timer = setInterval(() => {
      const seconds = Math.max(0, Math.ceil((endMs - Date.now()) / 1_000));
      setLeft(seconds);
      if (seconds === 0) clearInterval(timer);
    }, 500);
    return () => clearInterval(timer);
    // Each refusal begins anew, even with the same wait.
  }, [problem, wait]);
  return left;
}

function capitalised(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
