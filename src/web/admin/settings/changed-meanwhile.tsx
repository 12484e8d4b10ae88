import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';

/** Somebody else was faster: what was typed stays in sight until the reader has seen enough of it. */
export function ChangedMeanwhile({ showNewest }: { showNewest: () => void }) {
  const { t } = useTranslation();
  return (
    <Alert color="orange" role="alert">
      <Stack gap="xs">
        <Text size="sm">{t('admin:settings.meanwhile.says')}</Text>
        <Group>
          <Button size="xs" variant="default" onClick={showNewest}>
            {t('admin:settings.meanwhile.show')}
          </Button>
        </Group>
      </Stack>
    </Alert>
  );
}
