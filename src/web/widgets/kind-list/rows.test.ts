import { expect, test } from 'vitest';
import type { Live } from '../../cloud/contract.ts';
import type { Resource } from '../../../core/resource.ts';
import type { AnyWebKind } from '../../web-kind.ts';
import { compareKeys, filterOf, labelCounts, matches, sortingOf, sortKey, toggled } from './rows.ts';

const web = {
  columns: [
    { id: 'name', value: (row: Resource) => row.name },
    { id: 'address', value: (row: Resource) => (row.spec as { address: string }).address },
  ],
} as unknown as AnyWebKind;

function row(change: Partial<Live<Resource>> & { address?: string } = {}): Live<Resource> {
  const { address = '10.42.0.7', ...rest } = change;
  return { id: 'i-1', name: 'web-1', project: 'prj-1', labels: {}, state: 'running', spec: { address }, ...rest } as Live<Resource>;
}

const found = (search: Parameters<typeof filterOf>[0], of: Live<Resource>) => matches(web, of, filterOf(search));

test('a list is searched by name, address, id and labels, all words at once', () => {
  const one = row({ labels: { team: 'Bio' } });
  expect(['web', '10.42.0.7', 'i-1', 'team=bio', 'WEB bio'].map((q) => found({ q }, one))).toEqual([true, true, true, true, true]);
  expect(found({ q: 'web chemistry' }, one)).toBe(false);
});

test('several states are an either-or, several labels an and', () => {
  const one = row({ labels: { team: 'bio', big: '' } });
  expect(found({ state: 'stopped,running' }, one)).toBe(true);
  expect(found({ state: 'stopped' }, one)).toBe(false);
  expect(found({ label: 'team=bio,big' }, one)).toBe(true);
  expect(found({ label: 'team=bio,small' }, one)).toBe(false);
});

test('only one project is shown when the address says so', () => {
  expect(found({ project: 'prj-2' }, row())).toBe(false);
});

test('numbers within names are sorted as numbers', () => {
  const names = ['web-10', 'web-9', 'Web-1', 'alpha'];
  expect(names.sort((a, b) => compareKeys(sortKey(a), sortKey(b)))).toEqual(['alpha', 'Web-1', 'web-9', 'web-10']);
});

test('a sort by a column that does not exist is no sort', () => {
  expect(sortingOf(web, '-address')).toEqual({ id: 'address', desc: true });
  expect(sortingOf(web, undefined)).toEqual({ id: 'name', desc: false });
  expect(sortingOf(web, 'nonsense')).toBeNull();
});

test('a value of a filter is switched on and off', () => {
  expect(toggled(['a'], 'b')).toBe('a,b');
  expect(toggled(['a', 'b'], 'a')).toBe('b');
  expect(toggled(['a'], 'a')).toBeUndefined();
});

test('labels are offered with how many have them, the most used first', () => {
  const rows = [row({ labels: { team: 'bio' } }), row({ labels: { team: 'bio', big: '' } })];
  expect(labelCounts(rows)).toEqual([
    { label: 'team=bio', count: 2 },
    { label: 'big', count: 1 },
  ]);
});
