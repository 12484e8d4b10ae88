import { Alert, Button, Card, Group, Stack, Text, TextInput, Title } from '@mantine/core';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { ask } from '../cloud/client.ts';
import { useSession } from '../shell/session.tsx';
import { useSending } from '../widgets/form/use-sending.ts';
import { ProblemText } from '../widgets/problem.tsx';
import { addWords } from '../words/index.ts';
import { doorWords } from './door.words.ts';

addWords('door', doorWords);
const route = getRouteApi('/join');

interface Joined {
  /** Its name. */
  readonly course: string;
}

/** For who has an account already; others register with the code. */
export function Join() {
  const { t } = useTranslation();
  const { arrive } = useSession();
  const { code: given = '' } = route.useSearch();
  const [code, setCode] = useState(given);
  const [joined, setJoined] = useState<Joined | null>(null);
  const sending = useSending();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    await sending.send(async () => {
      setJoined(await ask<Joined>('POST', '/v1/courses/join', { body: { code: code.trim() } }));
      // Who is in one project more may see more.
      await arrive();
    });
  };
  return (
    <Stack maw={520}>
      <Title order={1}>{t('door:join.title')}</Title>
      {joined !== null ? (
        <Alert color="teal" role="status" title={t('door:join.done')}>
          <Stack align="start">
            <Text size="sm">{t('door:join.doneSays', { course: joined.course })}</Text>
            <Button size="sm" renderRoot={(props) => <Link to="/launch" {...props} />}>
              {t('door:join.launch')}
            </Button>
          </Stack>
        </Alert>
      ) : (
        <Card withBorder p="lg">
          <form onSubmit={(event) => void submit(event)}>
            <Stack>
              <TextInput
                label={t('door:join.code')}
                description={t('door:join.codeHelp')}
                autoComplete="off"
                autoCapitalize="none"
                spellCheck={false}
                required
                value={code}
                onChange={(event) => setCode(event.currentTarget.value)}
                error={sending.errorOf('code')}
              />
              {sending.problem !== null && sending.errorOf('code') === undefined && (
                <Alert color="red" role="alert">
                  <ProblemText problem={sending.problem} />
                </Alert>
              )}
              <Group>
                <Button type="submit" loading={sending.isBusy}>
                  {t('door:join.do')}
                </Button>
              </Group>
            </Stack>
          </form>
        </Card>
      )}
    </Stack>
  );
}
