import { VisuallyHidden } from '@mantine/core';
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import {
  createSortedRowModel,
  rowSelectionFeature,
  rowSortingFeature,
  tableFeatures,
  useTable,
  type ColumnDef,
  type RowSelectionState,
} from '@tanstack/react-table';
import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { useNavigate } from '@tanstack/react-router';
import {
  useCallback,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
  type Dispatch,
  type MouseEvent,
  type RefObject,
  type SetStateAction,
} from 'react';
import { useTranslation } from 'react-i18next';
import type { Resource } from '../../../core/resource.ts';
import type { Live } from '../../cloud/contract.ts';
import type { AnyWebKind } from '../../web-kind.ts';
import classes from './kind-list.module.css';
import type { ColumnValues } from './column-values.ts';
import { KindRow } from './kind-row.tsx';
import { compareKeys, sortingOf, sortKey } from './rows.ts';
import { useArrowKeys } from './arrow-keys.ts';

type Row = Live<Resource>;

const features = tableFeatures({ rowSortingFeature, rowSelectionFeature, sortedRowModel: createSortedRowModel() });

/** As in the style sheet, px. */
const rowHeight = { wide: 44, narrow: 68 } as const;

interface KindTableProps {
  readonly web: AnyWebKind;
  /** What the filters leave. */
  readonly rows: readonly Row[];
  readonly values: ColumnValues;
  /** Of the address. */
  readonly sort: string | undefined;
  readonly onSort: (sort: string) => void;
  /** Ids. */
  readonly selection: RowSelectionState;
  readonly onSelection: Dispatch<SetStateAction<RowSelectionState>>;
  readonly ask: (row: Row, action: string) => void;
  readonly isNarrow: boolean;
  /** Whether rows can be selected: there is something to do with many. */
  readonly canSelect: boolean;
}

/** The rows in view and no others, in a table that says how many there are. */
export function KindTable({ web, rows, values, sort, onSort, selection, onSelection, ask, isNarrow, canSelect }: KindTableProps) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const columns = useMemo(
    () =>
      web.columns.map((column, index): ColumnDef<typeof features, Row> => ({
        id: column.id,
        accessorFn: (row) => sortKey((values[index] ?? column.value)(row)),
        sortFn: (a, b) => compareKeys(a.getValue(column.id), b.getValue(column.id)),
        sortUndefined: 'last',
      })),
    [web, values],
  );
  const sorting = useMemo(() => [sortingOf(web, sort)].filter((each) => each !== null), [web, sort]);
  const table = useTable({
    features,
    columns,
    data: rows,
    getRowId: (row) => row.id,
    state: { sorting, rowSelection: selection },
    onRowSelectionChange: onSelection,
    enableMultiSort: false,
  });
  const sorted = table.getRowModel().rows;
  // The row as the table has it then: a range may reach to rows that came or moved meanwhile.
  const toggle = useCallback((row: Row, event: unknown) => table.getRow(row.id).getToggleSelectedHandler()(event), [table]);
  const body = useRef<HTMLTableSectionElement>(null);
  // Another function would have the places of all rows worked out anew, at every step of a wheel.
  const keyOf = useCallback((index: number) => sorted[index]?.id ?? index, [sorted]);
  const virtual = useRowsInView(body, sorted.length, isNarrow, keyOf);
  const items = virtual.getVirtualItems();
  const before = (items[0]?.start ?? virtual.options.scrollMargin) - virtual.options.scrollMargin;
  const after = virtual.getTotalSize() - ((items.at(-1)?.end ?? virtual.options.scrollMargin) - virtual.options.scrollMargin);
  const shown = isNarrow ? [] : web.columns;
  const width = (isNarrow ? 1 : shown.length) + (canSelect ? 1 : 0) + 1;
  const onKeyDown = useArrowKeys(virtual, sorted.length);
  const open = (row: Row, event: MouseEvent) => {
    if ((event.target as Element).closest('a, button, input, label, [role=menu]') !== null || getSelection()?.isCollapsed === false) return;
    const to = `/${web.kind.plural}/${row.id}`;
    if (event.ctrlKey || event.metaKey) window.open(to, '_blank', 'noopener');
    else void navigate({ to });
  };
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- arrows go from row to row, each with its own link
    <table className={classes['table']} aria-label={t(`${web.kind.name}:title`)} aria-rowcount={sorted.length + 1} onKeyDown={onKeyDown}>
      <colgroup>
        {canSelect && <col style={{ width: 40 }} />}
        {isNarrow ? <col /> : shown.map((column) => <col key={column.id} style={{ width: column.width }} />)}
        <col style={{ width: 44 }} />
      </colgroup>
      <thead>
        <tr aria-rowindex={1}>
          {canSelect && (
            <th scope="col" className={classes['tight']}>
              <SelectAll
                isAll={table.getIsAllRowsSelected()}
                isSome={table.getIsSomeRowsSelected()}
                toggle={(isWanted) => table.toggleAllRowsSelected(isWanted, { deselectAll: true })}
              />
            </th>
          )}
          {isNarrow && (
            <th scope="col" style={{ paddingInline: 8 }}>
              {t(`${web.kind.name}:title`)}
            </th>
          )}
          {shown.map((column) => {
            const order = sorting[0]?.id === column.id ? (sorting[0].desc ? 'descending' : 'ascending') : undefined;
            return (
              <th key={column.id} scope="col" aria-sort={order} className={column.align === 'right' ? classes['right'] : undefined}>
                <button type="button" className={classes['sort']} onClick={() => onSort(order === 'ascending' ? `-${column.id}` : column.id)}>
                  <span>{t(`${web.kind.name}:columns.${column.id}`)}</span>
                  {order === 'descending' ? <IconArrowDown size={14} aria-hidden /> : <IconArrowUp size={14} aria-hidden />}
                </button>
              </th>
            );
          })}
          <th scope="col" className={classes['tight']}>
            <VisuallyHidden>{t('list:actions')}</VisuallyHidden>
          </th>
        </tr>
      </thead>
      <tbody ref={body}>
        <Spacer height={before} width={width} />
        {items.map((item) => {
          const row = sorted[item.index];
          return row === undefined ? null : (
            <KindRow
              key={row.id}
              web={web}
              row={row.original}
              values={values}
              index={item.index}
              isNarrow={isNarrow}
              isSelected={row.getIsSelected()}
              toggle={canSelect ? toggle : null}
              open={open}
              ask={ask}
            />
          );
        })}
        <Spacer height={after} width={width} />
      </tbody>
    </table>
  );
}

/** Stands for all rows above or below those in view. */
function Spacer({ height, width }: { height: number; width: number }) {
  return height <= 0 ? null : (
    <tr className={classes['spacer']} aria-hidden>
      <td colSpan={width} style={{ height }} />
    </tr>
  );
}

function SelectAll({ isAll, isSome, toggle }: { isAll: boolean; isSome: boolean; toggle: (isWanted: boolean) => void }) {
  const { t } = useTranslation();
  const box = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (box.current !== null) box.current.indeterminate = isSome && !isAll;
  }, [isAll, isSome]);
  return (
    <label className={classes['check']}>
      <input ref={box} type="checkbox" aria-label={t('list:selectAll')} checked={isAll} onChange={(event) => toggle(event.currentTarget.checked)} />
    </label>
  );
}

/** The window scrolls, not a box within it: so the page behaves as any other, on a telephone too. */
function useRowsInView(body: RefObject<HTMLTableSectionElement | null>, count: number, isNarrow: boolean, key: (index: number) => string | number) {
  const [scrollMargin, setScrollMargin] = useState(0);
  useLayoutEffect(() => {
    const measure = () => body.current !== null && setScrollMargin(Math.round(body.current.getBoundingClientRect().top + window.scrollY));
    measure();
    // What stands above the table may grow and shrink: chips, banners.
    const observer = new ResizeObserver(measure);
    observer.observe(document.body);
    return () => observer.disconnect();
  }, [body]);
  const height = rowHeight[isNarrow ? 'narrow' : 'wide'];
  const virtual = useWindowVirtualizer({
    count,
    estimateSize: () => height,
    overscan: 10,
    // A wheel that turns fast is followed when there is time, and never waits for rows to be drawn.
    useFlushSync: false,
    scrollMargin,
    getItemKey: key,
    scrollPaddingStart: 110,
    scrollPaddingEnd: 80,
  });
  useEffect(() => virtual.measure(), [virtual, height]);
  return virtual;
}
