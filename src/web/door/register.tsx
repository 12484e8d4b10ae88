import { Anchor, Box, Button, Checkbox, Collapse, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { ask } from '../cloud/client.ts';
import { useSending } from '../widgets/form/use-sending.ts';
import { sayProblem } from '../widgets/problem.tsx';
import { ToLogIn } from './forgot-password.tsx';
import { Frame } from './frame.tsx';
import { Refusal, useSecondsLeft } from './refusal.tsx';
import { useSignIn, type SignIn } from './sign-in.ts';
import { ConditionsText } from './steps.tsx';

/** With the code of a course in the address it is open to whoever has that, though registration be closed. */
export function Register() {
  const { t } = useTranslation();
  const signIn = useSignIn();
  const [sentTo, setSentTo] = useState<string | null>(null);
  const code = new URLSearchParams(location.search).get('code') ?? '';
  const isOpen = signIn?.registration.open === true || code !== '';
  return (
    <Frame signIn={signIn} title={t(sentTo === null ? 'door:registering.title' : 'door:registering.sent')} below={<ToLogIn />} width={460}>
      {sentTo !== null ? (
        <Text size="sm">{t('door:registering.sentSays', { email: sentTo })}</Text>
      ) : signIn !== null && isOpen ? (
        <Form signIn={signIn} givenCode={code} sent={setSentTo} />
      ) : (
        <Text size="sm">{t('door:registering.closed')}</Text>
      )}
    </Frame>
  );
}

function Form({ signIn, givenCode, sent }: { signIn: SignIn; givenCode: string; sent: (email: string) => void }) {
  const { t, i18n } = useTranslation();
  const [typed, setTyped] = useState({ user: '', displayName: '', email: '', reason: '', code: givenCode });
  const [hasAccepted, setAccepted] = useState(false);
  const [isReading, setReading] = useState(false);
  const sending = useSending();
  const left = useSecondsLeft(sending.problem);
  const { conditions } = signIn;
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const { code, ...rest } = typed;
    const body = {
      ...rest,
      user: typed.user.trim(),
      email: typed.email.trim(),
      language: i18n.language,
      conditionsVersion: conditions?.version ?? null,
      ...(code.trim() === '' ? {} : { code: code.trim() }),
    };
    if (await sending.send(() => ask('POST', '/v1/registrations', { body }))) sent(body.email);
  };
  const isTaken = sending.problem?.code === 'NAME_TAKEN';
  const errorOf = (field: keyof typeof typed) =>
    field === 'user' && isTaken && sending.problem !== null ? sayProblem(sending.problem).says : sending.errorOf(field);
  const input = (field: keyof typeof typed) => ({
    name: field,
    value: typed[field],
    onChange: ({ currentTarget: { value } }: { currentTarget: { value: string } }) => setTyped((before) => ({ ...before, [field]: value })),
    error: errorOf(field),
  });
  const isAtField = (Object.keys(typed) as (keyof typeof typed)[]).some((field) => errorOf(field) !== undefined);
  return (
    <form onSubmit={(event) => void submit(event)}>
      <Stack>
        <TextInput
          {...input('displayName')}
          label={t('door:displayName')}
          description={t('door:displayNameHelp')}
          autoComplete="name"
          required
          autoFocus
        />
        <TextInput
          {...input('user')}
          label={t('door:user')}
          description={t('door:userHelp')}
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          required
        />
        <TextInput {...input('email')} label={t('door:email')} type="email" autoComplete="email" required />
        <Textarea
          {...input('reason')}
          label={t('door:registering.reason')}
          description={t('door:registering.reasonHelp')}
          autosize
          minRows={2}
          maxRows={6}
        />
        <TextInput
          {...input('code')}
          label={t('door:registering.code')}
          description={t('door:registering.codeHelp')}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
        />
        {conditions !== null && (
          <Stack gap={6}>
            <Anchor component="button" type="button" size="sm" ta="left" aria-expanded={isReading} onClick={() => setReading(!isReading)}>
              {t('door:registering.read')}
            </Anchor>
            <Collapse expanded={isReading}>
              <Box mah={240} style={{ overflow: 'auto' }} tabIndex={0} role="region" aria-label={t('door:steps.conditions.title')}>
                <ConditionsText text={conditions.text} />
              </Box>
            </Collapse>
            <Checkbox
              label={t('door:registering.accept')}
              checked={hasAccepted}
              onChange={(event) => setAccepted(event.currentTarget.checked)}
              required
            />
          </Stack>
        )}
        {sending.problem !== null && !isAtField && <Refusal problem={sending.problem} />}
        <Button type="submit" loading={sending.isBusy} disabled={left > 0}>
          {t('door:registering.do')}
        </Button>
      </Stack>
    </form>
  );
}
