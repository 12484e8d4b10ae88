import { memo, type MouseEvent, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Resource } from '../../../core/resource.ts';
import type { Live } from '../../cloud/contract.ts';
import type { AnyWebKind } from '../../web-kind.ts';
import classes from './kind-list.module.css';
import type { ColumnValues } from './column-values.ts';
import { RowMenu } from './row-menu.tsx';

interface KindRowProps {
  readonly web: AnyWebKind;
  readonly row: Live<Resource>;
  readonly values: ColumnValues;
  /** Among the rows that are shown, from 0. */
  readonly index: number;
  readonly isSelected: boolean;
  readonly isNarrow: boolean;
  /** null: rows cannot be selected. */
  readonly toggle: ((row: Live<Resource>, event: unknown) => void) | null;
  readonly open: (row: Live<Resource>, event: MouseEvent) => void;
  readonly ask: (row: Live<Resource>, action: string) => void;
}

/** Drawn anew only when something of it has changed: records are never changed in place. */
export const KindRow = memo(
  function KindRow({ web, row, values, index, isSelected, isNarrow, toggle, open, ask }: KindRowProps) {
    const { t } = useTranslation();
    return (
      // oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- the row's link does the same by keyboard
      <tr
        className={[classes['row'], isNarrow && classes['narrow'], isSelected && classes['selected']].filter(Boolean).join(' ')}
        data-index={index}
        aria-rowindex={index + 2}
        onClick={(event) => open(row, event)}
      >
        {toggle !== null && (
          <td className={classes['tight']}>
            <label className={classes['check']}>
              <input
                type="checkbox"
                checked={isSelected}
                onChange={(event) => toggle(row, event)}
                aria-label={t('list:select', { name: row.name })}
              />
            </label>
          </td>
        )}
        {isNarrow ? (
          <td>
            <Card web={web} row={row} values={values} />
          </td>
        ) : (
          web.columns.map((column, at) => {
            const value = (values[at] ?? column.value)(row);
            return (
              <td
                key={column.id}
                className={column.align === 'right' ? classes['right'] : undefined}
                title={column.cell === undefined && typeof value === 'string' ? value : undefined}
              >
                {contentOf(column, row, value)}
              </td>
            );
          })
        )}
        <td className={classes['tight']}>
          <RowMenu web={web} row={row} ask={ask} />
        </td>
      </tr>
    );
  },
  (before, after) =>
    before.row === after.row &&
    before.values === after.values &&
    before.index === after.index &&
    before.isSelected === after.isSelected &&
    before.isNarrow === after.isNarrow &&
    before.web === after.web &&
    before.toggle === after.toggle,
);

/** A row on a telephone: what it is called and its state, and below what else matters. */
function Card({ web, row, values }: Pick<KindRowProps, 'web' | 'row' | 'values'>) {
  const { t } = useTranslation();
  const shown = (column: Column) => contentOf(column, row, (values[web.columns.indexOf(column)] ?? column.value)(row));
  const [first, ...others] = web.columns.filter((column) => column.wideOnly !== true);
  const state = others.find((column) => column.id === 'state');
  return (
    <div className={classes['card']}>
      <div className={classes['line']}>
        <span>{first !== undefined && shown(first)}</span>
        {state !== undefined && shown(state)}
      </div>
      <div className={classes['second']}>
        {others
          .filter((column) => column !== state)
          .map((column) => (
            <span key={column.id} className={column.titleOnCard === true ? classes['titled'] : undefined}>
              {column.titleOnCard === true && <span>{t(`${web.kind.name}:columns.${column.id}`)}</span>}
              {shown(column)}
            </span>
          ))}
      </div>
    </div>
  );
}

type Column = AnyWebKind['columns'][number];

function contentOf(column: Column, row: Live<Resource>, value: string | number | null): ReactNode {
  return column.cell === undefined ? value : column.cell(row, value);
}
