import { Alert, Button, Card, Code, Group, Stack, Text, TextInput, Title } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { useEffect, useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { ask } from '../cloud/client.ts';
import { useUser } from '../shell/session.tsx';
import { announce } from '../widgets/announcer.tsx';
import { Facts } from '../widgets/facts.tsx';
import { useSending } from '../widgets/form/use-sending.ts';
import { ProblemText } from '../widgets/problem.tsx';
import { addWords } from '../words/index.ts';
import { doorWords } from './door.words.ts';

addWords('door', doorWords);
const route = getRouteApi('/device');

interface Asker {
  readonly code: string;
  readonly name: string;
  readonly address: string | null;
}

/** Who stands before a terminal and who is logged in here have to be the same: that is what the code is for. */
export function Device() {
  const { t } = useTranslation();
  const { code: given = '' } = route.useSearch();
  const [code, setCode] = useState(given.toUpperCase());
  const [asker, setAsker] = useState<Asker | null>(null);
  const [decided, setDecided] = useState<'approved' | 'denied' | null>(null);
  const sending = useSending();
  const look = (wanted: string) =>
    sending.send(async () => {
      const plain = wanted.toUpperCase().replaceAll(/[^A-Z]/g, '');
      const written = `${plain.slice(0, 4)}-${plain.slice(4)}`;
      setAsker({ code: written, ...(await ask<Omit<Asker, 'code'>>('GET', `/v1/device-logins/${encodeURIComponent(written)}`)) });
    });
  // oxlint-disable-next-line exhaustive-deps -- what the address brought is looked at once
  useEffect(() => void (given !== '' && look(given)), []);
  const decide = (verb: 'approve' | 'deny') =>
    sending.send(async () => {
      await ask('POST', `/v1/device-logins/${encodeURIComponent(asker?.code ?? '')}/${verb}`);
      const outcome = verb === 'approve' ? 'approved' : 'denied';
      setDecided(outcome);
      announce(t(`door:device.${outcome}`));
    });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void look(code);
  };
  return (
    <Stack maw={520}>
      <Title order={1}>{t('door:device.title')}</Title>
      {decided !== null ? (
        <Alert color={decided === 'approved' ? 'teal' : 'gray'} role="status" title={t(`door:device.${decided}`)}>
          {t(`door:device.${decided}Says`)}
        </Alert>
      ) : asker === null ? (
        <Card withBorder p="lg">
          <form onSubmit={submit}>
            <Stack>
              <TextInput
                label={t('door:device.code')}
                description={t('door:device.codeHelp')}
                placeholder="BCDF-GHJK"
                ff="monospace"
                autoComplete="off"
                autoCapitalize="characters"
                spellCheck={false}
                maxLength={20}
                required
                value={code}
                onChange={(event) => setCode(event.currentTarget.value.toUpperCase())}
                error={sending.problem?.status === 404 ? t('door:device.none') : undefined}
              />
              {sending.problem !== null && sending.problem.status !== 404 && <Problem problem={sending.problem} />}
              <Group>
                <Button type="submit" loading={sending.isBusy}>
                  {t('door:device.look')}
                </Button>
              </Group>
            </Stack>
          </form>
        </Card>
      ) : (
        <Decide asker={asker} isBusy={sending.isBusy} decide={(verb) => void decide(verb)}>
          {sending.problem !== null &&
            (sending.problem.status === 404 ? <Text size="sm">{t('door:device.none')}</Text> : <ProblemText problem={sending.problem} />)}
        </Decide>
      )}
    </Stack>
  );
}

function Problem({ problem }: { problem: Parameters<typeof ProblemText>[0]['problem'] }) {
  return (
    <Alert color="red" role="alert">
      <ProblemText problem={problem} />
    </Alert>
  );
}

interface DecideProps {
  readonly asker: Asker;
  readonly isBusy: boolean;
  readonly decide: (verb: 'approve' | 'deny') => void;
  readonly children: React.ReactNode;
}

function Decide({ asker, isBusy, decide, children }: DecideProps) {
  const { t } = useTranslation();
  const user = useUser();
  return (
    <Stack>
      <Facts
        title={t('door:device.asks', { name: asker.name })}
        facts={{
          [t('door:device.code')]: (
            <Code fz="lg" fw={650}>
              {asker.code}
            </Code>
          ),
          [t('door:device.from')]: asker.address,
          [t('door:device.as')]: user.name,
        }}
      />
      <Text size="sm">{t('door:device.compare')}</Text>
      <Text size="sm" c="dimmed">
        {t('door:device.may')}
      </Text>
      {children}
      <Group>
        <Button loading={isBusy} onClick={() => decide('approve')}>
          {t('door:device.approve')}
        </Button>
        <Button variant="default" onClick={() => decide('deny')}>
          {t('door:device.deny')}
        </Button>
      </Group>
    </Stack>
  );
}
