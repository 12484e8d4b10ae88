import { Button, Center, Group, Loader, Stack, Text, Title, Tooltip } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { IconFilterOff, IconPlus } from '@tabler/icons-react';
import type { RowSelectionState } from '@tanstack/react-table';
import { Link } from '@tanstack/react-router';
import { useCallback, useDeferredValue, useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Resource } from '../../core/resource.ts';
import { CloudProblem } from '../cloud/client.ts';
import { useForbidden } from '../cloud/access.ts';
import { useList } from '../cloud/cloud.tsx';
import type { Live } from '../cloud/contract.ts';
import type { ListSearch } from '../shell/router.tsx';
import type { AnyWebKind } from '../web-kind.ts';
import { useFormat } from '../words/format.ts';
import { announce } from './announcer.tsx';
import { EmptyState } from './empty-state.tsx';
import { BulkBar } from './kind-list/bulk-bar.tsx';
import { Filters } from './kind-list/filters.tsx';
import { KindTable } from './kind-list/kind-table.tsx';
import { useColumnValues, type ColumnValues } from './kind-list/column-values.ts';
import { filterOf, matches } from './kind-list/rows.ts';
import { ProblemPage } from './problem.tsx';
import { ActionDialog } from './verb-actions.tsx';

export interface KindListProps {
  readonly web: AnyWebKind;
  readonly search: ListSearch;
  readonly onSearch: (change: ListSearch) => void;
}

/** The table of a kind: live, searched, sorted, filtered; what is shown stands in the address. */
export function KindList({ web, search, onSearch }: KindListProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const { items, error, retry } = useList(web.kind);
  const values = useColumnValues(web);
  const rows = useRows(web, items, search, values);
  const createButton = useCreateButton(web);
  if (error !== null) return <ProblemPage problem={(error as CloudProblem).problem} retry={retry} />;
  return (
    <Stack gap="md">
      <Group justify="space-between">
        <Group gap="xs" align="baseline">
          <Title order={1}>{t(`${web.kind.name}:title`)}</Title>
          {items !== undefined && items.length > 0 && (
            <Text c="dimmed" role="status">
              {rows.length === items.length
                ? format.number(items.length)
                : t('list:shown', { shown: format.number(rows.length), count: items.length })}
            </Text>
          )}
        </Group>
        {createButton}
      </Group>
      {items === undefined ? (
        <Center mih={240}>
          <Loader role="progressbar" aria-label={t('loading')} />
        </Center>
      ) : items.length === 0 ? (
        <EmptyState icon={web.icon} text={t(`${web.kind.name}:empty`)}>
          {createButton}
        </EmptyState>
      ) : (
        <Rows web={web} items={items} rows={rows} values={values} search={search} onSearch={onSearch} />
      )}
    </Stack>
  );
}

interface RowsProps extends KindListProps {
  readonly items: readonly Live<Resource>[];
  /** Those of the items that the filters leave. */
  readonly rows: readonly Live<Resource>[];
  readonly values: ColumnValues;
}

function Rows({ web, items, rows, values, search, onSearch }: RowsProps) {
  const { t } = useTranslation();
  const isNarrow = useMediaQuery('(max-width: 48em)', undefined, { getInitialValueInEffect: false });
  const [selection, setSelection] = useState<RowSelectionState>({});
  const [asked, setAsked] = useState<{ readonly resource: Live<Resource>; readonly action: string } | null>(null);
  const selected = useMemo(() => rows.filter((row) => selection[row.id] === true), [rows, selection]);
  const ask = useCallback((resource: Live<Resource>, action: string) => setAsked({ resource, action }), []);
  const canSelect = web.bulkVerbs.length > 0 || web.canDelete;
  useEscape(selected.length > 0, () => setSelection({}));
  useEffect(() => {
    if (selected.length > 0) announce(t('list:selected', { count: selected.length }));
  }, [selected.length, t]);
  return (
    <>
      <Filters web={web} items={items} search={search} onSearch={onSearch} isNarrow={isNarrow} />
      {canSelect && <BulkBar web={web} selected={selected} unselect={() => setSelection({})} />}
      {rows.length === 0 ? (
        <EmptyState icon={IconFilterOff} text={t('list:nothing')}>
          <Button variant="default" onClick={() => onSearch({ q: undefined, state: undefined, label: undefined, project: undefined })}>
            {t('list:clearFilters')}
          </Button>
        </EmptyState>
      ) : (
        <KindTable
          web={web}
          rows={rows}
          values={values}
          sort={search.sort}
          onSort={(sort) => onSearch({ sort })}
          selection={selection}
          onSelection={setSelection}
          ask={ask}
          isNarrow={isNarrow}
          canSelect={canSelect}
        />
      )}
      {asked !== null && (
        <ActionDialog
          web={web}
          resource={items.find(({ id }) => id === asked.resource.id) ?? asked.resource}
          action={asked.action}
          close={() => setAsked(null)}
        />
      )}
    </>
  );
}

/** Filtering waits for scrolling and typing, not the other way round. */
function useRows(web: AnyWebKind, items: readonly Live<Resource>[] | undefined, search: ListSearch, values: ColumnValues): readonly Live<Resource>[] {
  const deferred = useDeferredValue(items);
  const { q, state, label, project } = search;
  return useMemo(() => {
    const filter = filterOf({ q, state, label, project });
    return (deferred ?? []).filter((row) => matches(web, row, filter, values));
  }, [web, values, deferred, q, state, label, project]);
}

function useCreateButton(web: AnyWebKind) {
  const { t } = useTranslation();
  const forbidden = useForbidden();
  if (web.create === null) return null;
  const reason = forbidden(web.kind, 'create', null);
  if (reason !== null)
    return (
      <Tooltip label={reason} multiline maw={320}>
        <Button leftSection={<IconPlus size={16} />} aria-disabled data-disabled aria-description={reason}>
          {t(`${web.kind.name}:create`)}
        </Button>
      </Tooltip>
    );
  const path = typeof web.create === 'string' ? web.create : `/${web.kind.plural}/new`;
  return (
    <Button leftSection={<IconPlus size={16} />} renderRoot={(props) => <Link to={path} {...props} />}>
      {t(`${web.kind.name}:create`)}
    </Button>
  );
}

/** Escape takes the selection away, unless it closes something else. */
function useEscape(isWanted: boolean, clear: () => void): void {
  useEffect(() => {
    if (!isWanted) return undefined;
    const onKeyDown = (event: KeyboardEvent) => {
      const target = event.target as Element;
      if (event.key === 'Escape' && target.closest('[role=dialog], [role=menu], input[type=search]') === null) clear();
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
    // oxlint-disable-next-line exhaustive-deps -- it always means the same
  }, [isWanted]);
}
