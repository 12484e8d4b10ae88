import { Card, Group, Text, Title } from '@mantine/core';
import { useId, type ReactNode } from 'react';

/** A card of the profile: what it is, what it is for, and what can be done about it. */
export function Section({ title, says, action, children }: { title: string; says?: string; action?: ReactNode; children?: ReactNode }) {
  const id = useId();
  return (
    <Card withBorder padding="md" component="section" aria-labelledby={id}>
      <Group justify="space-between" align="start" mb={4} gap="sm">
        <Title order={2} id={id}>
          {title}
        </Title>
        {action}
      </Group>
      {says !== undefined && (
        <Text size="sm" c="dimmed" mb="sm" maw={640}>
          {says}
        </Text>
      )}
      {children}
    </Card>
  );
}
