import type { Live } from '../../cloud/contract.ts';
import type { Resource } from '../../../core/resource.ts';
import type { ListSearch } from '../../shell/router.tsx';
import type { AnyWebKind } from '../../web-kind.ts';
import type { ColumnValues } from './column-values.ts';

type Row = Live<Resource>;

/** What a list's address asks for. */
export interface Filter {
  /** All must be found in the row, in any of its texts; lower case. */
  readonly words: readonly string[];
  /** Any of these; empty: all states. */
  readonly states: readonly string[];
  /** `key=value`, or `key` for any value; all must hold. */
  readonly labels: readonly string[];
  /** Id; null: all projects. */
  readonly project: string | null;
}

export function filterOf({ q = '', state, label, project }: ListSearch): Filter {
  return { words: q.toLowerCase().split(/\s+/).filter(Boolean), states: listOf(state), labels: listOf(label), project: project ?? null };
}

/** Several values of a filter stand in the address with commas between. */
export function listOf(text: string | undefined): string[] {
  return text === undefined ? [] : text.split(',').filter(Boolean);
}

/** The value in the list if it was not, and the other way round; undefined for an empty list. */
export function toggled(list: readonly string[], value: string): string | undefined {
  const next = list.includes(value) ? list.filter((each) => each !== value) : [...list, value];
  return next.length === 0 ? undefined : next.join(',');
}

/** `values`: of the columns, where they are more than what stands in the row itself. */
export function matches(web: AnyWebKind, row: Row, { words, states, labels, project }: Filter, values: ColumnValues = []): boolean {
  if (states.length > 0 && !states.includes(row.state)) return false;
  if (project !== null && row.project !== project) return false;
  if (!labels.every((label) => hasLabel(row, label))) return false;
  if (words.length === 0) return true;
  const text = textOf(web, row);
  const inOthers = (word: string) =>
    values.some((value, index) => value !== web.columns[index]?.value && String(value(row)).toLowerCase().includes(word));
  return words.every((word) => text.includes(word) || inOthers(word));
}

function hasLabel({ labels }: Row, label: string): boolean {
  const at = label.indexOf('=');
  const key = at < 0 ? label : label.slice(0, at);
  return Object.hasOwn(labels, key) && (at < 0 || labels[key] === label.slice(at + 1));
}

/** Records are never changed in place: what is found out about one holds as long as it. */
const texts = new WeakMap<Row, string>();

function textOf(web: AnyWebKind, row: Row): string {
  let text = texts.get(row);
  if (text === undefined) {
    const labels = Object.entries(row.labels).map(([key, value]) => `${key}=${value}`);
    text = [row.name, row.id, ...web.columns.map((column) => column.value(row) ?? ''), ...labels].join('\n').toLowerCase();
    texts.set(row, text);
  }
  return text;
}

/** `column` or `-column` of the address; by name where it says nothing. */
export function sortingOf(web: AnyWebKind, sort: string | undefined): { id: string; desc: boolean } | null {
  const desc = sort?.startsWith('-') === true;
  const id = sort === undefined ? 'name' : desc ? sort.slice(1) : sort;
  return web.columns.some((column) => column.id === id) ? { id, desc } : null;
}

/** What values are sorted by: numbers within texts count as numbers, so that `web-10` follows `web-9`. */
export function sortKey(value: string | number | null): string | number | undefined {
  if (typeof value !== 'string') return value ?? undefined;
  return value === '' ? undefined : value.toLowerCase().replaceAll(/\d+/g, (digits) => digits.padStart(12, '0'));
}

export function compareKeys(a: unknown, b: unknown): number {
  return (a as string) < (b as string) ? -1 : (a as string) > (b as string) ? 1 : 0;
}

/** Every label of the rows with how many have it, the most used first. */
export function labelCounts(rows: readonly Row[]): { label: string; count: number }[] {
  const counts = new Map<string, number>();
  for (const row of rows)
    for (const [key, value] of Object.entries(row.labels)) {
      const label = value === '' ? key : `${key}=${value}`;
      counts.set(label, (counts.get(label) ?? 0) + 1);
    }
  return [...counts].map(([label, count]) => ({ label, count })).sort((a, b) => b.count - a.count || compareKeys(a.label, b.label));
}
