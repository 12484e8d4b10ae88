import { Card, Table, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './facts.module.css';

/** A card of facts, a line each; a fact of null is left out. */
export function Facts({ title, facts }: { title: string; facts: Readonly<Record<string, ReactNode>> }) {
  const shown = Object.entries(facts).filter(([, value]) => value !== null && value !== undefined && value !== '');
  return (
    <Card withBorder padding="md">
      <Title order={2} mb="xs">
        {title}
      </Title>
      <Table className={classes['facts'] ?? ''} verticalSpacing={6} horizontalSpacing={0} withRowBorders={false} layout="fixed">
        <Table.Tbody>
          {shown.map(([name, value]) => (
            <Table.Tr key={name}>
              <Table.Th w="40%" fw={400} c="dimmed" pe="sm">
                {name}
              </Table.Th>
              <Table.Td>{typeof value === 'string' ? <Text size="sm">{value}</Text> : value}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Card>
  );
}
