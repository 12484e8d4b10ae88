import { Code, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';

/** What to do with the private half of a key that was made and downloaded here. */
export function KeyFile({ name }: { name: string }) {
  const { t } = useTranslation();
  return (
    <Stack gap={4} align="flex-start">
      <Text size="sm">{t('ssh-key:newKey.downloaded', { file: name })}</Text>
      <Code>chmod 600 ~/Downloads/{name}</Code>
    </Stack>
  );
}
