import { beforeEach, expect, test } from 'vitest';
import { SqliteStore } from '../control/store/sqlite-store.ts';
import { CommitConflict, type Store } from '../control/store/store.ts';
import { hours } from '../core/units.ts';
import { SimClock } from '../drivers/sim/sim-clock.ts';
import { dropLinksOf, isLinkOver, issueLink, oneTimeLinkKind, peekLink, useLink } from './one-time-link.ts';

let store: Store;
let clock: SimClock;
const reset = { purpose: 'reset-password', userId: 'usr-ada', data: { how: 'mail' }, lifetimeMs: 1 * hours };

beforeEach(() => {
  store = new SqliteStore(':memory:');
  clock = new SimClock(1);
});

async function issued(wanted = reset) {
  const { secret, change } = issueLink(clock, wanted);
  await store.commit([change]);
  return secret;
}

test('a link can be looked at as often as one likes, and used once', async () => {
  const secret = await issued();
  for (let n = 0; n < 3; n++)
    expect(await peekLink(store, clock, secret, 'reset-password')).toMatchObject({ spec: { userId: 'usr-ada', data: { how: 'mail' } } });
  const used = await useLink(store, clock, secret, 'reset-password');
  await store.commit([used!.change]);
  expect(await peekLink(store, clock, secret, 'reset-password')).toBeNull();
  expect(await useLink(store, clock, secret, 'reset-password')).toBeNull();
});

test('used, expired, unknown, and meant for something else all answer the same', async () => {
  const secret = await issued();
  expect(await useLink(store, clock, secret, 'confirm-email')).toBeNull();
  expect(await useLink(store, clock, `${secret}x`, 'reset-password')).toBeNull();
  await clock.run(1 * hours - 1);
  expect(await useLink(store, clock, secret, 'reset-password')).not.toBeNull();
  await clock.run(1);
  expect(await useLink(store, clock, secret, 'reset-password')).toBeNull();
});

test('of two who use it at the same moment only one does what it is for', async () => {
  const secret = await issued();
  const both = await Promise.all([1, 2].map(() => useLink(store, clock, secret, 'reset-password')));
  const results = await Promise.allSettled(both.map((use) => store.commit([use!.change])));
  expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  expect(results.find((each) => each.status === 'rejected')).toMatchObject({ reason: expect.any(CommitConflict) });
});

test('its secret is nowhere in the store', async () => {
  const secret = await issued();
  expect(JSON.stringify(await store.list({ kind: oneTimeLinkKind, limit: 10 }))).not.toContain(secret);
});

test("a user's earlier links of a purpose can be made worthless, those of others and for other things stay", async () => {
  const earlier = await issued();
  const other = await issued({ ...reset, purpose: 'confirm-email' });
  const foreign = await issued({ ...reset, userId: 'usr-eve' });
  await store.commit(await dropLinksOf(store, 'usr-ada', 'reset-password'));
  expect(await peekLink(store, clock, earlier, 'reset-password')).toBeNull();
  expect(await peekLink(store, clock, other, 'confirm-email')).not.toBeNull();
  expect(await peekLink(store, clock, foreign, 'reset-password')).not.toBeNull();
  await store.commit(await dropLinksOf(store, 'usr-ada', null));
  expect(await peekLink(store, clock, other, 'confirm-email')).toBeNull();
});

test('a link that is over can be told for the sweep', async () => {
  const { link } = issueLink(clock, reset);
  expect(isLinkOver(link, clock)).toBe(false);
  await clock.run(1 * hours);
  expect(isLinkOver(link, clock)).toBe(true);
});
