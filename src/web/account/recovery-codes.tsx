import { Alert, Button, Code, Group, SimpleGrid, Stack, Text } from '@mantine/core';
import { IconCopy, IconDownload, IconPrinter } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { announce } from '../widgets/announcer.tsx';
import { copyText } from '../widgets/copy-text.ts';

/** Shown this once, with every way to take them along. */
export function RecoveryCodes({ codes, done }: { codes: readonly string[]; done: () => void }) {
  const { t } = useTranslation();
  const [said, setSaid] = useState<'copied' | 'notCopied' | null>(null);
  const text = `${location.host}\n\n${codes.join('\n')}\n`;
  const copy = async () => {
    const next = (await copyText(text)) ? 'copied' : 'notCopied';
    setSaid(next);
    announce(t(next));
  };
  const download = () => {
    const url = URL.createObjectURL(new Blob([text], { type: 'text/plain' }));
    const link = document.createElement('a');
    link.href = url;
    link.download = `${location.hostname}-recovery-codes.txt`;
    link.click();
    URL.revokeObjectURL(url);
  };
  return (
    <Stack>
      <Alert color="orange" title={t('door:codes.recoveryTitle')}>
        {t('door:codes.recoverySays')}
      </Alert>
      <SimpleGrid cols={2} spacing={6}>
        {codes.map((code) => (
          <Code key={code} fz="sm" ta="center" py={4}>
            {code}
          </Code>
        ))}
      </SimpleGrid>
      <Group gap="xs">
        <Button size="xs" variant="default" leftSection={<IconCopy size={16} />} onClick={() => void copy()}>
          {t('door:codes.copy')}
        </Button>
        <Button size="xs" variant="default" leftSection={<IconDownload size={16} />} onClick={download}>
          {t('door:codes.download')}
        </Button>
        <Button size="xs" variant="default" leftSection={<IconPrinter size={16} />} onClick={() => print()}>
          {t('door:codes.print')}
        </Button>
        {said !== null && (
          <Text size="sm" c="dimmed">
            {t(said)}
          </Text>
        )}
      </Group>
      <Group justify="end">
        <Button onClick={done}>{t('door:codes.kept')}</Button>
      </Group>
    </Stack>
  );
}
