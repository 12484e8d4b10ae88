import { useMemo } from 'react';
import type { Resource } from '../../../core/resource.ts';
import type { Live } from '../../cloud/contract.ts';
import type { AnyWebKind } from '../../web-kind.ts';

/** What the column at this place has for a row: it is sorted, searched and mostly shown by it. */
export type ColumnValues = readonly ((row: Live<Resource>) => string | number | null)[];

/** Once for a whole table; the same array while nothing of it has changed. `web` must stay the same for a component's life. */
export function useColumnValues(web: AnyWebKind): ColumnValues {
  // The columns of a kind are fixed: their hooks are always the same, in the same order.
  const values = web.columns.map((column) => column.useValue?.() ?? column.value);
  // oxlint-disable-next-line exhaustive-deps -- what is in the array counts
  return useMemo(() => values, values);
}
