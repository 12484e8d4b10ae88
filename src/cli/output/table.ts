import { displayWidth, pad, truncate } from './width.ts';

const gap = 2;
/** A column is not made narrower than this while another one can give. */
const narrow = 8;
/** The first column names the thing: it keeps more. */
const narrowFirst = 24;

export interface TableLayout {
  /** Of each column that is shown; columns that found no room are missing at the end. */
  readonly widths: readonly number[];
  readonly aligns: readonly ('left' | 'right')[];
}

/** Widths for these rows within `widthMax` columns of a terminal; null: as wide as it takes. */
export function layoutTable(titles: readonly string[], rows: readonly (readonly string[])[], widthMax: number | null): TableLayout {
  const natural = titles.map((title, i) => rows.reduce((width, row) => Math.max(width, displayWidth(row[i] ?? '')), displayWidth(title)));
  const aligns = titles.map((_, i) =>
    rows.length > 0 && rows.every((row) => /^\d+(\.\d+)?$/.test(row[i] ?? '')) ? ('right' as const) : ('left' as const),
  );
  if (widthMax === null) return { widths: natural, aligns };
  for (let count = titles.length; count > 1; count--) {
    const widths = shrink(natural.slice(0, count), widthMax - gap * (count - 1));
    if (widths !== null) return { widths, aligns };
  }
  return { widths: [Math.min(natural[0] ?? 0, Math.max(0, widthMax))], aligns };
}

/** Takes from the widest until all fit; null when they do not even at their narrowest. */
function shrink(widths: number[], room: number): number[] | null {
  const least = widths.map((width, i) => Math.min(width, i === 0 ? narrowFirst : narrow));
  if (sum(least) > room) return null;
  let over = sum(widths) - room;
  while (over > 0) {
    const widest = widths.reduce((best, width, i) => (width > (least[i] ?? 0) && (best < 0 || width > (widths[best] ?? 0)) ? i : best), -1);
    widths[widest] = (widths[widest] ?? 0) - 1;
    over--;
  }
  return widths;
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);

/** One line. `paint` colours a cell after it has its width; it must not change what is seen of it. */
export function renderRow(
  cells: readonly string[],
  { widths, aligns }: TableLayout,
  paint: (text: string, column: number) => string = (text) => text,
): string {
  return widths
    .map((width, i) => {
      const text = truncate(cells[i] ?? '', width);
      const isLast = i === widths.length - 1;
      return paint(isLast && aligns[i] !== 'right' ? text : pad(text, width, aligns[i]), i);
    })
    .join(' '.repeat(gap))
    .trimEnd();
}
