import { Badge, Button, Code, Modal, Table, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Facts } from '../widgets/facts.tsx';
import { useFormat } from '../words/format.ts';

export interface AuditEntry {
  readonly seq: number;
  readonly at: string;
  readonly requestId: string | null;
  readonly userId: string | null;
  readonly name: string;
  readonly method: string;
  readonly credentialId: string | null;
  readonly address: string | null;
  readonly action: string;
  readonly subjects: readonly { readonly kind: string; readonly id: string | null; readonly name: string; readonly project: string | null }[];
  readonly outcome: 'done' | 'refused';
  readonly code: string | null;
  readonly count: number;
  readonly details: Readonly<Record<string, unknown>>;
  readonly hash: string;
}

/** Newest first; a line opens to all that is known of it. */
export function AuditTable({ entries }: { entries: readonly AuditEntry[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const [open, setOpen] = useState<AuditEntry | null>(null);
  return (
    <>
      <Table.ScrollContainer minWidth={820} scrollAreaProps={{ tabIndex: 0, 'aria-label': t('admin:pages.audit') }}>
        <Table verticalSpacing={6} aria-label={t('admin:pages.audit')}>
          <Table.Thead>
            <Table.Tr>
              {(['at', 'user', 'action', 'subject', 'outcome', 'address'] as const).map((column) => (
                <Table.Th key={column}>{t(`admin:audit.${column}`)}</Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {entries.map((entry) => (
              <Table.Tr key={entry.seq}>
                <Table.Td>
                  <Button variant="subtle" size="compact-sm" fw={400} px={4} onClick={() => setOpen(entry)}>
                    {format.time(entry.at)}
                  </Button>
                </Table.Td>
                <Table.Td>{entry.name === '' ? t('admin:audit.anonymous') : entry.name}</Table.Td>
                <Table.Td>
                  <Code>{entry.action}</Code>
                </Table.Td>
                <Table.Td>{entry.subjects.map(({ kind, name, id }) => `${kind} ${name || (id ?? '')}`).join(', ')}</Table.Td>
                <Table.Td>
                  <Badge variant="light" color={entry.outcome === 'done' ? 'teal' : 'orange'} tt="none">
                    {t(`admin:audit.outcomes.${entry.outcome}`)}
                  </Badge>
                  {entry.code !== null && (
                    <Text size="xs" c="dimmed">
                      {entry.code}
                      {entry.count > 1 && ` · ${t('admin:audit.times', { count: entry.count })}`}
                    </Text>
                  )}
                </Table.Td>
                <Table.Td>{entry.address ?? ''}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      <Modal opened={open !== null} onClose={() => setOpen(null)} title={t('admin:audit.details', { seq: open?.seq })} size="lg" centered>
        {open !== null && <Whole entry={open} />}
      </Modal>
    </>
  );
}

function Whole({ entry }: { entry: AuditEntry }) {
  const { t } = useTranslation();
  const format = useFormat();
  const said = Object.entries(entry.details).map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)] as const);
  return (
    <Facts
      title={entry.action}
      facts={{
        [t('admin:audit.at')]: format.time(entry.at),
        [t('admin:audit.user')]: entry.userId === null ? entry.name : `${entry.name} (${entry.userId})`,
        [t('admin:audit.method')]: entry.method,
        [t('admin:audit.credential')]: entry.credentialId,
        [t('admin:audit.address')]: entry.address,
        [t('admin:audit.request')]: entry.requestId,
        [t('admin:audit.outcome')]: `${t(`admin:audit.outcomes.${entry.outcome}`)}${entry.code === null ? '' : ` (${entry.code})`}`,
        ...Object.fromEntries(said),
        [t('admin:audit.hash')]: <Code style={{ overflowWrap: 'anywhere' }}>{entry.hash}</Code>,
      }}
    />
  );
}
