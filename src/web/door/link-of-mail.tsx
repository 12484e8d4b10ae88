import { Anchor, Button, Group, SegmentedControl, Stack, Text, TextInput } from '@mantine/core';
import { useEffect, useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { ask, CloudProblem, type Problem } from '../cloud/client.ts';
import { useSession } from '../shell/session.tsx';
import { useSending } from '../widgets/form/use-sending.ts';
import { Entrance } from './entrance.tsx';
import { Frame } from './frame.tsx';
import { takeLinkSecret, keepLinkSecret } from './link-secret.ts';
import { NewPassword, useNewPassword } from './new-password.tsx';
import { ownPath } from './own-path.ts';
import { Refusal } from './refusal.tsx';
import { useSignIn, type SignIn } from './sign-in.ts';

const purposes = ['reset-password', 'set-password', 'confirm-email', 'confirm-registration', 'accept-invitation'] as const;
type Purpose = (typeof purposes)[number];

/** What a link would do. */
interface Peeked {
  readonly purpose: Purpose;
  readonly says: string;
  readonly user?: string | null;
  readonly email?: string | null;
  readonly project?: string | null;
  readonly needs?: { readonly password?: boolean; readonly account?: boolean };
}

/** Mail scanners open every link: it acts by a click, once. */
export function LinkOfMail() {
  const { t } = useTranslation();
  const signIn = useSignIn();
  const [secret] = useState(takeLinkSecret);
  const [peeked, setPeeked] = useState<Peeked | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [next, setNext] = useState<string | null>(null);
  useEffect(() => {
    if (secret === null) return;
    ask<Peeked>('POST', '/v1/links/peek', { body: { link: secret } }).then(setPeeked, (error: unknown) => {
      if (error instanceof CloudProblem) setProblem(error.problem);
    });
  }, [secret]);
  useEffect(() => {
    // Another link, put into the address bar of this very page: the browser itself would not begin anew.
    const begin = () => location.hash !== '' && location.reload();
    addEventListener('hashchange', begin);
    return () => removeEventListener('hashchange', begin);
  }, []);
  const fill = { user: peeked?.user ?? '', email: peeked?.email ?? '', project: peeked?.project ?? '' };
  if (next !== null && peeked !== null)
    return (
      <Frame signIn={signIn} title={t('door:link.doneTitle')}>
        <Stack>
          <Text size="sm">{t(`door:link.done.${peeked.purpose}`, fill)}</Text>
          {next === '/registered' ? (
            <Text size="sm">{t('door:link.wait')}</Text>
          ) : (
            <Group>
              <Button component="a" href={ownPath(next) ?? '/'}>
                {t(next === '/log-in' ? 'door:toLogIn' : 'door:link.goOn')}
              </Button>
            </Group>
          )}
        </Stack>
      </Frame>
    );
  if (secret === null)
    return (
      <Frame signIn={signIn} title={t('door:link.title')}>
        <Text size="sm">{t('door:link.none')}</Text>
      </Frame>
    );
  if (problem !== null) return <Over signIn={signIn} problem={problem} />;
  return (
    <Frame signIn={peeked === null ? null : signIn} title={peeked === null ? '' : t(`door:link.purposes.${peeked.purpose}.title`, fill)} width={440}>
      {peeked !== null && signIn !== null && (
        <Use
          {...{ peeked, secret, signIn }}
          done={(answer) => setNext(answer.next ?? '')}
          // It was used meanwhile, perhaps in another window.
          over={setProblem}
        />
      )}
    </Frame>
  );
}

function Over({ signIn, problem }: { signIn: SignIn | null; problem: Problem }) {
  const { t } = useTranslation();
  const isOver = problem.code === 'LINK_OVER' || problem.status === 404 || problem.status === 410;
  return (
    <Frame signIn={signIn} title={t('door:link.over')}>
      <Stack>
        {isOver ? <Text size="sm">{t('door:link.overSays')}</Text> : <Refusal problem={problem} />}
        <Stack gap={6}>
          <Anchor size="sm" href="/forgot-password">
            {t('door:forgotten')}
          </Anchor>
          <Anchor size="sm" href="/">
            {t('door:toLogIn')}
          </Anchor>
        </Stack>
      </Stack>
    </Frame>
  );
}

interface UseProps {
  readonly peeked: Peeked;
  readonly secret: string;
  readonly signIn: SignIn;
  readonly done: (answer: { next?: string | null }) => void;
  readonly over: (problem: Problem) => void;
}

function Use({ peeked, secret, signIn, done, over }: UseProps) {
  const { t, i18n } = useTranslation();
  const { session } = useSession();
  const [isNew, setNew] = useState(false);
  const [account, setAccount] = useState({ user: '', displayName: '' });
  const sending = useSending();
  const error = sending.errorOf('password');
  const password = useNewPassword(sending.problem);
  const needsAccount = peeked.needs?.account === true;
  const isIn = session.is === 'in' && !session.expired;
  const makesAccount = needsAccount && !isIn && isNew;
  const needsPassword = peeked.needs?.password === true || makesAccount;
  // Somebody else has taken the name since it was asked for.
  const asksName = peeked.purpose === 'confirm-registration' && (sending.problem?.code === 'NAME_TAKEN' || account.user !== '');
  const words = `door:link.purposes.${peeked.purpose}`;
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const body = {
      link: secret,
      ...(needsPassword ? { password: password.password } : {}),
      ...(asksName && account.user !== '' ? { user: account.user } : {}),
      ...(makesAccount ? { ...account, language: i18n.language } : {}),
    };
    let refused: Problem | null = null;
    await sending.send(async () => {
      try {
        done(await ask('POST', '/v1/links/use', { body }));
      } catch (thrown) {
        if (thrown instanceof CloudProblem && (thrown.problem.status === 404 || thrown.problem.code === 'LINK_OVER')) refused = thrown.problem;
        else throw thrown;
      }
    });
    if (refused !== null) over(refused);
  };
  const says = t(`${words}.says`, { user: peeked.user ?? '', email: peeked.email ?? '', project: peeked.project ?? '' });
  const fields = ['password', 'user', 'displayName'];
  return (
    <Stack>
      <Text size="sm">{says}</Text>
      {needsAccount && !isIn && (
        <SegmentedControl
          aria-label={t('door:link.with')}
          value={isNew ? 'new' : 'old'}
          onChange={(value) => setNew(value === 'new')}
          data={[
            { value: 'old', label: t('door:link.haveOne') },
            { value: 'new', label: t('door:link.makeOne') },
          ]}
        />
      )}
      {needsAccount && !isIn && !isNew ? (
        <Entrance signIn={signIn} userName="" onLeave={() => keepLinkSecret(secret)} />
      ) : (
        <form onSubmit={(event) => void submit(event)}>
          <Stack>
            {needsAccount && isIn && <Text size="sm">{t('door:link.as', { name: session.user.name })}</Text>}
            {makesAccount && (
              <TextInput
                label={t('door:displayName')}
                name="name"
                autoComplete="name"
                required
                value={account.displayName}
                onChange={({ currentTarget: { value } }) => setAccount((before) => ({ ...before, displayName: value }))}
                error={sending.errorOf('displayName')}
              />
            )}
            {(makesAccount || asksName) && (
              <TextInput
                label={t('door:user')}
                description={t('door:userHelp')}
                name="username"
                autoComplete="username"
                autoCapitalize="none"
                spellCheck={false}
                required
                value={account.user}
                onChange={({ currentTarget: { value } }) => setAccount((before) => ({ ...before, user: value }))}
                error={sending.errorOf('user')}
              />
            )}
            {/* For password managers: whose password it is. */}
            {needsPassword && !makesAccount && <input hidden readOnly autoComplete="username" value={peeked.user ?? ''} />}
            {needsPassword && <NewPassword state={password} error={error} />}
            {sending.problem !== null && fields.every((field) => sending.errorOf(field) === undefined) && <Refusal problem={sending.problem} />}
            <Button type="submit" loading={sending.isBusy} disabled={needsPassword && !password.isFit}>
              {t(`${words}.do`)}
            </Button>
          </Stack>
        </form>
      )}
    </Stack>
  );
}
