import { Anchor, Center, Stack, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

export function MissingPage({ text }: { text?: string }) {
  const { t } = useTranslation();
  return (
    <Center mih="50vh">
      <Stack align="center">
        <Title order={1}>{t('missing.title')}</Title>
        <Text c="dimmed">{text ?? t('missing.text')}</Text>
        <Anchor renderRoot={(props) => <Link to="/" {...props} />}>{t('missing.back')}</Anchor>
      </Stack>
    </Center>
  );
}
