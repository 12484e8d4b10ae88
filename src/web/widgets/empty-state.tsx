import { Center, Stack, Text, ThemeIcon } from '@mantine/core';
import type { ReactNode } from 'react';
import type { AnyWebKind } from '../web-kind.ts';

/** Nothing here: what would be, and how to get the first one. */
export function EmptyState({ icon: Icon, text, children }: { icon: AnyWebKind['icon']; text: string; children?: ReactNode }) {
  return (
    <Center py={64}>
      <Stack align="center" maw={420}>
        <ThemeIcon size={56} radius="xl" variant="light" aria-hidden>
          <Icon size={30} stroke={1.5} />
        </ThemeIcon>
        <Text ta="center" c="dimmed">
          {text}
        </Text>
        {children}
      </Stack>
    </Center>
  );
}
