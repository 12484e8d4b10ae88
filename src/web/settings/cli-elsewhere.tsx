import { Card, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { ask } from '../cloud/client.ts';
import { CopyLine } from '../widgets/copy-line.tsx';

/** What this cloud is called in the commands: as it calls itself, made fit for a word of the shell. */
export function useContextName(): string {
  const { data } = useQuery({ queryKey: ['entry'], queryFn: () => ask<{ name: string; version: string }>('GET', '/v1') });
  const name = (data?.name ?? '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]+/g, '-')
    .replaceAll(/^-+|-+$/g, '');
  return name === '' ? 'cloud' : name;
}

/** The commands to take along. */
export function CliElsewhere() {
  const { t } = useTranslation();
  const name = useContextName();
  const lines = {
    logIn: `stratus login ${location.origin} --name ${name}`,
    list: 'stratus context list',
    use: `stratus context use ${name}`,
    once: `stratus list --context ${name}`,
    environment: `export STRATUS_URL=${location.origin} STRATUS_TOKEN=…`,
    help: 'stratus help',
  };
  return (
    <Card withBorder padding="md" component="section" aria-labelledby="cli-title">
      <Title order={2} id="cli-title" mb={4}>
        {t('settings:cli.title')}
      </Title>
      <Text size="sm" c="dimmed" mb="sm">
        {t('settings:cli.says')}
      </Text>
      <Stack gap="sm">
        {Object.entries(lines).map(([what, line]) => (
          <div key={what}>
            <Text size="sm" mb={2}>
              {t(`settings:cli.${what}`)}
            </Text>
            <CopyLine text={line} label={t(`settings:cli.${what}`)} />
          </div>
        ))}
      </Stack>
    </Card>
  );
}
