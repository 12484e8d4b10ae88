import { Anchor, Center, Stack, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

/** Of what is not there, or not for this reader. */
export function MissingPage({ title, text }: { title?: string; text?: string }) {
  const { t } = useTranslation();
  return (
    <Center mih="50vh">
      <Stack align="center">
        <Title order={1}>{title ?? t('missing.title')}</Title>
        <Text c="dimmed">{text ?? t('missing.text')}</Text>
        <Anchor renderRoot={(props) => <Link to="/" {...props} />}>{t('missing.back')}</Anchor>
      </Stack>
    </Center>
  );
}
