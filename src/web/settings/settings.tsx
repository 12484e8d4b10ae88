import { Card, Group, SegmentedControl, SimpleGrid, Stack, Text, Title, useMantineColorScheme } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { LanguageSwitch } from '../shell/language-switch.tsx';
import { addWords } from '../words/index.ts';
import { About } from './about.tsx';
import { CliElsewhere } from './cli-elsewhere.tsx';
import { KeyboardShortcuts } from './keyboard-shortcuts.tsx';
import { settingsWords } from './settings.words.ts';
import { Tokens } from './tokens.tsx';

addWords('settings', settingsWords);

export function Settings() {
  const { t } = useTranslation();
  return (
    <Stack gap="md">
      <Title order={1}>{t('settings.title')}</Title>
      <SimpleGrid cols={{ base: 1, lg: 2 }}>
        <Look />
        <About />
      </SimpleGrid>
      <Tokens />
      <SimpleGrid cols={{ base: 1, lg: 2 }}>
        <CliElsewhere />
        <KeyboardShortcuts />
      </SimpleGrid>
    </Stack>
  );
}

function Look() {
  const { t } = useTranslation();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <Card withBorder padding="md" component="section" aria-labelledby="look-title">
      <Title order={2} id="look-title" mb="sm">
        {t('settings:look.title')}
      </Title>
      <Stack gap="md">
        <Group justify="space-between">
          <Text size="sm">{t('language')}</Text>
          <LanguageSwitch />
        </Group>
        <Group justify="space-between">
          <Text size="sm">{t('theme.title')}</Text>
          <SegmentedControl
            size="xs"
            aria-label={t('theme.title')}
            value={colorScheme}
            onChange={(scheme) => setColorScheme(scheme)}
            data={(['light', 'dark', 'auto'] as const).map((value) => ({ value, label: t(`theme.${value}`) }))}
          />
        </Group>
        <Text size="sm" c="dimmed">
          {t('settings:look.languageSays')}
        </Text>
      </Stack>
    </Card>
  );
}
