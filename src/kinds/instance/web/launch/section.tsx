import { Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import type { FieldName } from './draft.ts';

/** A part of the form, with its heading; `field` is where the page goes when something is wrong with it. */
export function Section({ title, hint, field, children }: { title: string; hint?: string; field?: FieldName; children: ReactNode }) {
  return (
    <Stack gap="sm" component="section" aria-label={title} data-field={field}>
      <div>
        <Title order={2}>{title}</Title>
        {hint !== undefined && (
          <Text size="sm" c="dimmed">
            {hint}
          </Text>
        )}
      </div>
      {children}
    </Stack>
  );
}
