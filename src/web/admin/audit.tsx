import { Alert, Button, Card, Code, Group, Loader, NativeSelect, SimpleGrid, Stack, Text, TextInput } from '@mantine/core';
import { IconDownload, IconShieldCheck } from '@tabler/icons-react';
import { useEffect, useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { ask } from '../cloud/client.ts';
import { useSending } from '../widgets/form/use-sending.ts';
import { ProblemText } from '../widgets/problem.tsx';
import { AuditTable, type AuditEntry } from './audit-table.tsx';

const texts = ['user', 'action', 'subject', 'project', 'address'] as const;
const empty = { user: '', action: '', subject: '', project: '', address: '', outcome: '', from: '', to: '' };
type Filters = typeof empty;

interface Page {
  readonly items: readonly AuditEntry[];
  readonly nextCursor: string | null;
}

/** Pages that may be short, even empty, and still have a next one: read on until there is something to see. */
const pagesMax = 20;

export function Audit() {
  const { t } = useTranslation();
  const [filters, setFilters] = useState<Filters>(empty);
  const [found, setFound] = useState<Page | null>(null);
  const sending = useSending();
  const read = (before: Page | null) =>
    sending.send(async () => {
      let page: Page = { items: [], nextCursor: before?.nextCursor ?? null };
      for (let count = 0; count < pagesMax; count++) {
        page = await ask<Page>('GET', '/v1/audit', { query: { ...queryOf(filters), limit: 50, cursor: page.nextCursor ?? undefined } });
        if (page.items.length > 0 || page.nextCursor === null) break;
      }
      setFound({ items: [...(before?.items ?? []), ...page.items], nextCursor: page.nextCursor });
    });
  // oxlint-disable-next-line exhaustive-deps -- the newest ones, once; then when they are asked for
  useEffect(() => void read(null), []);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void read(null);
  };
  const set = (name: keyof Filters) => (event: { currentTarget: { value: string } }) => {
    const { value } = event.currentTarget;
    setFilters((before) => ({ ...before, [name]: value }));
  };
  return (
    <Stack gap="md">
      <Chain />
      <Card withBorder padding="md">
        <form onSubmit={submit}>
          <SimpleGrid cols={{ base: 1, xs: 2, md: 4 }} spacing="sm">
            {texts.map((name) => (
              <TextInput
                key={name}
                size="sm"
                label={t(`admin:audit.${name}`)}
                value={filters[name]}
                onChange={set(name)}
                autoComplete="off"
                autoCapitalize="none"
                spellCheck={false}
                {...(name === 'action' ? { placeholder: 'instance.create' } : {})}
              />
            ))}
            <NativeSelect
              size="sm"
              label={t('admin:audit.outcome')}
              value={filters.outcome}
              onChange={set('outcome')}
              data={['', 'done', 'refused'].map((value) => ({ value, label: t(`admin:audit.outcomes.${value || 'any'}`) }))}
            />
            <TextInput size="sm" type="datetime-local" label={t('admin:audit.from')} value={filters.from} onChange={set('from')} />
            <TextInput size="sm" type="datetime-local" label={t('admin:audit.to')} value={filters.to} onChange={set('to')} />
          </SimpleGrid>
          <Group justify="end" mt="sm">
            <Button type="submit" size="sm" loading={sending.isBusy}>
              {t('admin:audit.search')}
            </Button>
          </Group>
        </form>
      </Card>
      {sending.problem !== null && (
        <Alert color="red" role="alert">
          <ProblemText problem={sending.problem} />
        </Alert>
      )}
      {found === null && sending.problem === null && <Loader role="status" aria-label={t('loading')} />}
      {found?.items.length === 0 && <Text>{t('admin:audit.none')}</Text>}
      {found !== null && found.items.length > 0 && <AuditTable entries={found.items} />}
      {found !== null && found.nextCursor !== null && (
        <Group justify="center">
          <Button variant="default" loading={sending.isBusy} onClick={() => void read(found)}>
            {t('admin:audit.more')}
          </Button>
        </Group>
      )}
    </Stack>
  );
}

function queryOf({ from, to, ...rest }: Filters): Record<string, string> {
  const given = Object.entries(rest)
    .map(([name, value]) => [name, value.trim()] as const)
    .filter(([, value]) => value !== '');
  const times = Object.entries({ from, to }).flatMap(([name, value]) => (value === '' ? [] : [[name, new Date(value).toISOString()] as const]));
  return Object.fromEntries([...given, ...times]);
}

interface Verdict {
  readonly ok: boolean;
  readonly entries: number;
  readonly firstBroken: { readonly line: number; readonly seq: number | null; readonly problem: string } | null;
  readonly head: { readonly seq: number; readonly hash: string };
}

/** Whether the log is as it was written, and a copy to take along. */
function Chain() {
  const { t } = useTranslation();
  const [verdict, setVerdict] = useState<Verdict | null>(null);
  const sending = useSending();
  const verify = () => sending.send(async () => setVerdict(await ask<Verdict>('GET', '/v1/audit/verify')));
  return (
    <Stack gap="sm">
      <Group gap="xs">
        <Button size="sm" variant="default" leftSection={<IconShieldCheck size={16} />} loading={sending.isBusy} onClick={() => void verify()}>
          {t('admin:audit.verify')}
        </Button>
        <Button component="a" href="/v1/audit/export" download="audit.jsonl" size="sm" variant="default" leftSection={<IconDownload size={16} />}>
          {t('admin:audit.export')}
        </Button>
      </Group>
      {sending.problem !== null && <ProblemText problem={sending.problem} />}
      {verdict !== null && (
        <Alert color={verdict.ok ? 'teal' : 'red'} role="status">
          <Text size="sm" fw={550}>
            {verdict.ok
              ? t('admin:audit.ok', { count: verdict.entries })
              : t('admin:audit.broken', { line: verdict.firstBroken?.line ?? 0, problem: verdict.firstBroken?.problem ?? '' })}
          </Text>
          {verdict.ok && (
            <>
              <Text size="sm">{t('admin:audit.head', { seq: verdict.head.seq })}</Text>
              <Code style={{ overflowWrap: 'anywhere' }}>{verdict.head.hash}</Code>
            </>
          )}
        </Alert>
      )}
    </Stack>
  );
}
