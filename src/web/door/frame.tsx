import { Anchor, Card, Center, Group, Loader, Stack, Text, Title } from '@mantine/core';
import { IconCloud } from '@tabler/icons-react';
import { useEffect, useRef, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { LanguageSwitch } from '../shell/language-switch.tsx';
import { Announcer } from '../widgets/announcer.tsx';
import { addWords } from '../words/index.ts';
import { doorWords } from './door.words.ts';
import { siteName, type SignIn } from './sign-in.ts';

addWords('door', doorWords);

interface FrameProps {
  /** null: still being read. */
  readonly signIn: SignIn | null;
  /** Of this page; absent: the cloud's name is all. */
  readonly title?: string;
  readonly children: ReactNode;
  /** Under the card. */
  readonly below?: ReactNode;
  readonly width?: number;
}

/** A page before one is in: the cloud's name, one card, the language. */
export function Frame({ signIn, title, children, below, width = 400 }: FrameProps) {
  const { t } = useTranslation();
  const top = useRef<HTMLHeadingElement>(null);
  const first = useRef(title);
  useEffect(() => {
    // Another page in the same place: readers of screens begin at its beginning.
    if (first.current !== title) top.current?.focus();
    first.current = title;
  }, [title]);
  if (signIn === null)
    return (
      <Center component="main" mih="100vh">
        <Loader role="status" aria-label={t('loading')} />
      </Center>
    );
  const { supportMail } = signIn.site;
  return (
    <Center component="main" mih="100vh" p="md">
      <Stack w={width} maw="100%" gap="lg">
        <Group gap="sm" wrap="nowrap" align="center">
          <IconCloud
            size={title === undefined ? 36 : 28}
            stroke={1.6}
            color="var(--mantine-primary-color-filled)"
            aria-hidden
            style={{ flexShrink: 0 }}
          />
          {title === undefined ? <Title order={1}>{siteName(signIn)}</Title> : <Text fw={650}>{siteName(signIn)}</Text>}
        </Group>
        {title !== undefined && (
          <Title order={1} ref={top} tabIndex={-1} style={{ outline: 'none' }}>
            {title}
          </Title>
        )}
        <Card withBorder p="lg">
          {children}
        </Card>
        {below}
        <Group justify="space-between">
          <LanguageSwitch />
          {supportMail !== null && (
            <Anchor size="sm" href={`mailto:${supportMail}`}>
              {t('door:help', { mail: supportMail })}
            </Anchor>
          )}
        </Group>
      </Stack>
      <Announcer />
    </Center>
  );
}
