import { Button, Group, Stack, Title } from '@mantine/core';
import { Link, useRouter } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { CameBack } from './log-in.tsx';
import { wantedPath } from './own-path.ts';

/** `/log-in` for who is logged in: on to where they wanted to go, unless a provider sent them back with a refusal. */
export function LogInDone() {
  const { t } = useTranslation();
  const { history } = useRouter();
  const isRefused = new URLSearchParams(location.search).has('problem');
  useEffect(() => {
    if (!isRefused) history.replace(wantedPath(location));
  }, [history, isRefused]);
  if (!isRefused) return null;
  return (
    <Stack maw={560}>
      <Title order={1}>{t('profile')}</Title>
      <CameBack />
      <Group>
        <Button renderRoot={(props) => <Link to="/profile" {...props} />}>{t('profile')}</Button>
      </Group>
    </Stack>
  );
}
