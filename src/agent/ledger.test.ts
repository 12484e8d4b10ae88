import { expect, test } from 'vitest';
import { SqliteStore } from '../control/store/sqlite-store.ts';
import { SimClock } from '../drivers/sim/sim-clock.ts';
import { Ledger } from './ledger.ts';

async function ledgerOn(store: SqliteStore): Promise<Ledger> {
  const ledger = new Ledger(store, new SimClock(1));
  await ledger.load();
  return ledger;
}
const record = (generation: number, more: object = {}) => ({ id: 'i-1', generation, ...more });

test('what was accepted is there after a restart', async () => {
  const store = new SqliteStore(':memory:');
  await (await ledgerOn(store)).accept('instance', record(3, { spec: { power: 'running' } }), { userDataBase64: 'eA==' });
  const ledger = await ledgerOn(store);
  expect(ledger.get('instance', 'i-1')).toEqual({ record: record(3, { spec: { power: 'running' } }), extra: { userDataBase64: 'eA==' } });
  expect(ledger.keys('instance')).toEqual(['instance/i-1']);
  expect(ledger.keys('network')).toEqual([]);
});

test('an older wish is refused, the same one costs no write, a newer one is taken', async () => {
  const store = new SqliteStore(':memory:');
  const ledger = await ledgerOn(store);
  expect(await ledger.accept('instance', record(3), null)).toBe(true);
  const revision = await store.revision();
  expect(await ledger.accept('instance', record(2), null)).toBe(false);
  expect(await ledger.accept('instance', record(3, { other: true }), null)).toBe(true);
  expect(await store.revision()).toBe(revision);
  expect(ledger.get('instance', 'i-1')?.record).toEqual(record(3));
  expect(await ledger.accept('instance', record(4), null)).toBe(true);
  expect((await ledgerOn(store)).get('instance', 'i-1')?.record.generation).toBe(4);
});

test('what is forgotten takes its memory with it, and may be told anew', async () => {
  const store = new SqliteStore(':memory:');
  const ledger = await ledgerOn(store);
  await ledger.accept('instance', record(5), null);
  await ledger.remember('instance', 'i-1', { ran: 1 });
  await ledger.forget('instance', 'i-1');
  await ledger.forget('instance', 'i-1');
  const after = await ledgerOn(store);
  expect([after.get('instance', 'i-1'), after.memory('instance', 'i-1')]).toEqual([null, null]);
  expect([await store.count('wanted'), await store.count('memory')]).toEqual([0, 0]);
  expect(await after.accept('instance', record(1), null)).toBe(true);
});

test('memories outlive a restart, and the last one counts', async () => {
  const store = new SqliteStore(':memory:');
  const ledger = await ledgerOn(store);
  for (const ran of [1, 2, 3]) await ledger.remember('instance', 'i-1', { ran });
  expect((await ledgerOn(store)).memory('instance', 'i-1')).toEqual({ ran: 3 });
  await ledger.drop('instance', 'i-1');
  expect((await ledgerOn(store)).memory('instance', 'i-1')).toBeNull();
});
