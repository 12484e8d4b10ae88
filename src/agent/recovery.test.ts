import { expect, test } from 'vitest';
import { SqliteStore } from '../control/store/sqlite-store.ts';
import { SimClock } from '../drivers/sim/sim-clock.ts';
import { Ledger } from './ledger.ts';
import { Recovery } from './recovery.ts';

test('an instance that is forgotten before anybody looked at it does not hold up the end of a recovery', async () => {
  const clock = new SimClock(1);
  const ledger = new Ledger(new SqliteStore(':memory:'), clock);
  await ledger.accept('instance', { id: 'i-1', generation: 1 }, null);
  const recovery = new Recovery(clock);
  await recovery.begin(ledger, 'boot');
  expect(recovery.report().settledAfterMs).toBeNull();
  recovery.forgotten('i-1');
  expect(recovery.report().settledAfterMs).toBe(0);
});
