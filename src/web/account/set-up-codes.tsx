import { Anchor, Button, Center, Group, Loader, Stack, Text, TextInput } from '@mantine/core';
import { useEffect, useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { ask, CloudProblem, type Problem } from '../cloud/client.ts';
import { Refusal } from '../door/refusal.tsx';
import { CopyLine } from '../widgets/copy-line.tsx';
import { useSending } from '../widgets/form/use-sending.ts';
import { later } from '../widgets/later.tsx';
import { addWords } from '../words/index.ts';
import { doorWords } from '../door/door.words.ts';
import { RecoveryCodes } from './recovery-codes.tsx';

addWords('door', doorWords);
const QrCode = later(() => import('./qr-code.tsx'), 'QrCode');

/** A secret for an app, its first code as a proof that it has arrived there, then the recovery codes. */
export function SetUpCodes({ done, cancel }: { done: () => void; cancel?: () => void }) {
  const { t } = useTranslation();
  const [fresh, setFresh] = useState<{ secret: string; uri: string } | null>(null);
  const [refused, setRefused] = useState<Problem | null>(null);
  const [code, setCode] = useState('');
  const [recoveryCodes, setRecoveryCodes] = useState<readonly string[] | null>(null);
  const sending = useSending();
  useEffect(() => {
    let isWanted = true;
    ask<{ secret: string; uri: string }>('POST', '/v1/account/totp').then(
      (made) => isWanted && setFresh(made),
      (error: unknown) => isWanted && error instanceof CloudProblem && setRefused(error.problem),
    );
    return () => void (isWanted = false);
  }, []);
  if (recoveryCodes !== null) return <RecoveryCodes codes={recoveryCodes} done={done} />;
  if (refused !== null) return <Refusal problem={refused} />;
  if (fresh === null) return <Loader role="status" aria-label={t('loading')} />;
  const confirm = async (event: FormEvent) => {
    event.preventDefault();
    const isRight = await sending.send(async () => {
      const answer = await ask<{ recoveryCodes: string[] }>('POST', '/v1/account/totp/confirm', { body: { code: code.trim() } });
      setRecoveryCodes(answer.recoveryCodes);
    });
    if (!isRight) setCode('');
  };
  return (
    <form onSubmit={(event) => void confirm(event)}>
      <Stack>
        <Text size="sm">{t('door:codes.add')}</Text>
        <Center mih={216}>
          <QrCode text={fresh.uri} label={t('door:codes.picture')} />
        </Center>
        <div>
          <Text size="sm" fw={500} mb={2}>
            {t('door:codes.secret')}
          </Text>
          <CopyLine text={inFours(fresh.secret)} label={t('door:codes.secret')} />
          <Anchor size="sm" href={fresh.uri}>
            {t('door:codes.link')}
          </Anchor>
        </div>
        <TextInput
          label={t('door:codes.code')}
          name="code"
          inputMode="numeric"
          autoComplete="one-time-code"
          required
          value={code}
          onChange={(event) => setCode(event.currentTarget.value)}
          error={sending.errorOf('code')}
        />
        {sending.problem !== null && sending.errorOf('code') === undefined && <Refusal problem={sending.problem} />}
        <Group justify="end">
          {cancel !== undefined && (
            <Button variant="default" onClick={cancel}>
              {t('cancel')}
            </Button>
          )}
          <Button type="submit" loading={sending.isBusy}>
            {t('door:codes.confirm')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** As people type it. */
function inFours(secret: string): string {
  return secret.replaceAll(/(.{4})(?=.)/g, '$1 ');
}
