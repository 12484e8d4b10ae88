import { Anchor, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { ask } from '../cloud/client.ts';
import { Facts } from '../widgets/facts.tsx';

export function About() {
  const { t } = useTranslation();
  const { data } = useQuery({ queryKey: ['entry'], queryFn: () => ask<{ name: string; version: string }>('GET', '/v1') });
  return (
    <Facts
      title={t('settings:about.title')}
      facts={{
        [t('settings:about.cloud')]: data?.name,
        [t('settings:about.version')]: data?.version,
        [t('settings:about.address')]: location.origin,
        [t('settings:about.api')]: (
          <Stack gap={4} align="start">
            <Anchor href="/v1/docs" target="_blank" size="sm">
              {t('settings:about.reference')}
            </Anchor>
            <Anchor href="/v1/openapi.json" target="_blank" size="sm">
              {t('settings:about.openapi')}
            </Anchor>
          </Stack>
        ),
      }}
    />
  );
}
