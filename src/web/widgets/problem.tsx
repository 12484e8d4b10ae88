import { Alert, Button, Center, Code, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import i18next from 'i18next';
import { CloudProblem, type Problem } from '../cloud/client.ts';
import { paramsInOwnLanguage } from '../words/problem-params.ts';

/** What was wrong and what to do, in the reader's language where we have the sentence, else as the cloud said it. */
export function sayProblem(problem: Problem): { says: string; remedy: string } {
  const key = `error:${problem.code}`;
  const fill = { ...paramsInOwnLanguage(problem.params), defaultValue: '' };
  const inOwn = i18next.language.startsWith('en') ? '' : i18next.t(`${key}.says`, fill);
  return {
    says: inOwn === '' ? problem.detail : inOwn,
    remedy: inOwn === '' ? problem.remedy : i18next.t(`${key}.remedy`, fill),
  };
}

export function ProblemText({ problem }: { problem: Problem }) {
  const { says, remedy } = sayProblem(problem);
  return (
    <Stack gap={4}>
      <Text size="sm" fw={550}>
        {says}
      </Text>
      {remedy !== '' && <Text size="sm">{remedy}</Text>}
      <RequestId problem={problem} />
    </Stack>
  );
}

/** In a form or on a card, near what was tried; null: nothing went wrong. */
export function ProblemAlert({ problem }: { problem: Problem | null }) {
  if (problem === null) return null;
  return (
    <Alert color="red" role="alert">
      <ProblemText problem={problem} />
    </Alert>
  );
}

/** By which the administrator finds it. */
export function RequestId({ problem: { requestId } }: { problem: Problem }) {
  const { t } = useTranslation();
  if (requestId === null) return null;
  return (
    <Text size="xs" c="dimmed">
      {t('problem.requestId')} <Code>{requestId}</Code>
    </Text>
  );
}

/** For what went wrong without a field that it belongs to. Anything that is no answer of the cloud is ours to see. */
export function showProblem(error: unknown): void {
  if (!(error instanceof CloudProblem)) throw error;
  notifications.show({ color: 'red', autoClose: 15_000, withBorder: true, role: 'alert', message: <ProblemText problem={error.problem} /> });
}

export function ProblemPage({ problem, retry, retriesByItself = false }: { problem: Problem; retry: () => void; retriesByItself?: boolean }) {
  const { t } = useTranslation();
  useEffect(() => {
    if (!retriesByItself) return undefined;
    const timer = setInterval(retry, 2_000);
    return () => clearInterval(timer);
  }, [retry, retriesByItself]);
  return (
    <Center component="main" mih="60vh" p="md">
      <Alert color="red" title={t('problem.title')} maw={520} role="alert">
        <Stack align="start">
          <ProblemText problem={problem} />
          <Button variant="light" color="red" onClick={retry}>
            {t('problem.retry')}
          </Button>
        </Stack>
      </Alert>
    </Center>
  );
}
