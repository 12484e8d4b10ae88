import { DatabaseSync } from 'node:sqlite';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { auditChange, auditPendingKind } from '../control/audit-entry.ts';
import { Feed } from '../control/feed.ts';
import { SqliteStore } from '../control/store/sqlite-store.ts';
import { days, minutes, seconds } from '../core/units.ts';
import { nodeClock } from '../drivers/node-clock.ts';
import type { Clock } from '../ports/clock.ts';
import { AuditLog } from './audit-log.ts';
import { auditKind, readHead, sealedId } from './records.ts';
import { sealPending } from './sealer.ts';
import { Verifier } from './verifier.ts';

let dir: string;
let file: string;
let store: SqliteStore;
let nowMs: number;
let retentionDays: number;
let log: AuditLog;
const timers = new Set<() => void>();
const clock: Clock = {
  ...nodeClock,
  now: () => nowMs,
  after(_ms, callback) {
    timers.add(callback);
    return () => timers.delete(callback);
  },
};

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'stratus-audit-'));
  file = join(dir, 'store.sqlite');
  store = new SqliteStore(file);
  nowMs = Date.parse('2031-01-01T00:00:00Z');
  retentionDays = 365;
  log = newLog();
});
afterEach(async () => {
  await store.close();
  rmSync(dir, { recursive: true });
});

const newLog = () => new AuditLog({ store, clock, feed: new Feed(store, clock), retentionDays: () => retentionDays });
const origin = { name: 'ada', method: 'password', credentialId: 'ses-1', address: '192.0.2.1' };
const done = (n: number, more: object = {}) =>
  auditChange(clock, {
    userId: 'usr-1',
    requestId: `req-${n}`,
    origin,
    action: 'instance.start',
    subjects: [{ kind: 'instance', id: `i-${n}`, name: `vm${n}`, project: 'prj-1' }],
    ...more,
  });
const doSome = async (count: number) => {
  for (let n = 1; n <= count; n++) await store.commit([done(n)]);
};
const exported = async (from = log) => {
  const lines: string[] = [];
  for await (const line of from.lines()) lines.push(line);
  return lines;
};
const verify = (lines: readonly string[], head: { seq: number; hash: string } | null = null) => {
  const verifier = new Verifier(head);
  for (const line of lines) verifier.add(line);
  return verifier.finish();
};
const refusal = (more: object = {}) => ({ origin, userId: 'usr-1', action: 'host.delete', code: 'FORBIDDEN', ...more });
const entriesOf = async () => (await log.search({ limit: 2_000 })).items.toReversed();

describe('the chain', () => {
  test('each entry holds the hash of the one before, and an export is verified by itself', async () => {
    await doSome(3);
    const lines = await exported();
    const [first, second, third, end] = lines.map((line) => JSON.parse(line));
    expect([first.seq, second.seq, third.seq]).toEqual([1, 2, 3]);
    expect(first.prevHash).toBe('0'.repeat(64));
    expect(second.prevHash).toBe(first.hash);
    expect(end).toEqual({ end: { seq: 3, hash: third.hash } });
    expect(third).toMatchObject({ name: 'ada', method: 'password', address: '192.0.2.1', requestId: 'req-3', outcome: 'done', count: 1 });
    expect(verify(lines)).toMatchObject({ ok: true, entries: 3, firstBroken: null, head: end.end });
  });

  test('an empty log is whole', async () => {
    expect(await log.verify()).toMatchObject({ ok: true, entries: 0, firstSeq: null });
  });

  test('what was committed and not sealed when the control plane died is sealed at its next start', async () => {
    await doSome(2);
    await sealPending(store, clock);
    await doSome(2);
    await store.close();
    store = new SqliteStore(file);
    log = newLog();
    expect(await store.count(auditPendingKind)).toBe(2);
    log.start();
    for (const timer of timers) timer();
    await log.close();
    expect(await store.count(auditPendingKind)).toBe(0);
    expect(await newLog().verify()).toMatchObject({ ok: true, entries: 4 });
  });

  test('many who seal at once make one chain', async () => {
    await doSome(50);
    const more = doSome(50);
    await Promise.all([more, ...Array.from({ length: 8 }, () => sealPending(store, clock))]);
    expect(await log.verify()).toMatchObject({ ok: true, entries: 100 });
  });

  test('ten thousand entries are one chain, and the last one changed is found', async () => {
    for (let batch = 0; batch < 20; batch++) await store.commit(Array.from({ length: 500 }, (_, n) => done(batch * 500 + n)));
    const lines = await exported();
    expect(verify(lines)).toMatchObject({ ok: true, entries: 10_000 });
    lines[9_999] = (lines[9_999] ?? '').replace('ada', 'bob');
    expect(verify(lines)).toMatchObject({ ok: false, firstBroken: { line: 10_000, seq: 10_000 } });
  });
});

describe('a log that somebody tampered with', () => {
  const tamper = async (sql: string) => {
    await log.seal();
    const database = new DatabaseSync(file);
    database.exec(sql);
    database.close();
    return log.verify();
  };

  test.each([
    ['a name was changed', `UPDATE documents SET body = replace(body, '"name":"ada"', '"name":"eve"') WHERE id = '${sealedId(3)}'`, 3],
    ['a refusal was made to look done', `UPDATE documents SET body = replace(body, 'refused', 'done') WHERE id = '${sealedId(4)}'`, 4],
    ['an entry was removed', `DELETE FROM documents WHERE id = '${sealedId(2)}'`, 3],
    ['the first entry was removed', `DELETE FROM documents WHERE id = '${sealedId(1)}'`, 2],
    [
      'two entries were exchanged',
      `UPDATE documents SET id = 'x' WHERE id = '${sealedId(2)}'; UPDATE documents SET id = '${sealedId(2)}' WHERE id = '${sealedId(3)}'; UPDATE documents SET id = '${sealedId(3)}' WHERE id = 'x'`,
      3,
    ],
  ])('%s in the store: it is found', async (_what, sql, seq) => {
    await doSome(3);
    log.refused(refusal());
    await log.seal();
    await doSome(2);
    expect(await log.verify()).toMatchObject({ ok: true, entries: 6 });
    const verdict = await tamper(sql);
    expect(verdict).toMatchObject({ ok: false, firstBroken: { seq } });
    expect(verdict.firstBroken?.problem).not.toBe('');
  });

  test('the newest entries were removed in the store: it is found', async () => {
    await doSome(3);
    expect(await tamper(`DELETE FROM documents WHERE id = '${sealedId(3)}'`)).toMatchObject({ ok: false, entries: 2 });
  });

  test('a whole log that was written anew is whole in itself, and is found by the head that somebody kept', async () => {
    await doSome(3);
    const head = await log.head();
    await log.close();
    await store.close();
    rmSync(file);
    store = new SqliteStore(file);
    log = newLog();
    for (const n of [1, 2, 4]) await store.commit([done(n)]);
    expect(await log.verify()).toMatchObject({ ok: true, entries: 3 });
    expect(verify(await exported(), head)).toMatchObject({ ok: false, firstBroken: { seq: 3 } });
    expect(verify(await exported(), { seq: 9, hash: head.hash })).toMatchObject({ ok: false, firstBroken: { line: 5 } });
  });

  test('any change of any line is found, and so is any line removed, doubled, inserted or moved', async () => {
    await doSome(6);
    log.refused(refusal({ details: { tried: 'œ "quoted" \u0000 1e3' } }));
    const lines = await exported();
    const at = fc.nat({ max: lines.length - 1 });
    const changed = fc.oneof(
      fc.tuple(at, fc.double({ min: 0, max: 1, noNaN: true }), fc.string({ minLength: 1, maxLength: 3 })).map(([n, where, text]) => {
        const line = lines[n] ?? '';
        const place = Math.floor(where * line.length);
        return lines.with(n, line.slice(0, place) + text + line.slice(place + text.length));
      }),
      fc.tuple(at, fc.double({ min: 0, max: 1, noNaN: true })).map(([n, where]) => {
        const line = lines[n] ?? '';
        const place = Math.floor(where * line.length);
        return lines.with(n, line.slice(0, place) + line.slice(place + 1));
      }),
      at.map((n) => lines.toSpliced(n, 1)),
      at.map((n) => lines.toSpliced(n, 0, lines[n] ?? '')),
      fc.tuple(at, fc.string()).map(([n, text]) => lines.toSpliced(n, 0, text)),
      fc.tuple(at, at).map(([a, b]) => lines.with(a, lines[b] ?? '').with(b, lines[a] ?? '')),
      at.map((n) => lines.slice(0, n)),
    );
    fc.assert(
      fc.property(changed, (text) => {
        fc.pre(text.join('\n') !== lines.join('\n'));
        const verdict = verify(text);
        expect(verdict.ok).toBe(false);
        expect(verdict.firstBroken?.line).toBeGreaterThan(0);
      }),
      { numRuns: 500 },
    );
  });
});

describe('refusals', () => {
  test('a flood of them from one address is two entries, and the second says how many', async () => {
    for (let n = 0; n < 5_000; n++) log.refused(refusal({ subjects: [{ kind: 'host', id: null, name: `host${n}`, project: null }] }));
    expect(await entriesOf()).toMatchObject([{ outcome: 'refused', code: 'FORBIDDEN', count: 1, subjects: [{ name: 'host0' }] }]);
    nowMs += 1 * minutes;
    const entries = await entriesOf();
    expect(entries.map(({ count }) => count)).toEqual([1, 4_999]);
    expect(entries[1]?.details['about']).toContain('host1 host2');
    log.refused(refusal());
    expect(await entriesOf()).toHaveLength(3);
  });

  test('those of another address, person, action or reason have entries of their own', async () => {
    for (const more of [
      {},
      { origin: { ...origin, address: '192.0.2.2' } },
      { userId: null },
      { action: 'host.update' },
      { code: 'UNAUTHENTICATED' },
    ])
      log.refused(refusal(more));
    expect(await entriesOf()).toHaveLength(5);
  });

  test('a flood from very many addresses does not fill memory or log, and is counted', async () => {
    for (let n = 0; n < 3_000; n++) log.refused(refusal({ origin: { ...origin, address: `2001:db8::${n.toString(16)}` } }));
    nowMs += 1 * minutes;
    const entries = await entriesOf();
    expect(entries).toHaveLength(1_001);
    expect(entries.at(-1)).toMatchObject({ action: 'audit.overflow', count: 2_000 });
  });

  test('one address that tries a name after the other has some entries, and then one that counts', async () => {
    for (let n = 0; n < 500; n++) log.refused(refusal({ origin: { ...origin, name: `guess${n}` }, userId: null, action: 'session.create' }));
    nowMs += 1 * minutes;
    const entries = await entriesOf();
    expect(entries.filter(({ action }) => action === 'session.create')).toHaveLength(50);
    const overflow = entries.filter(({ action }) => action === 'audit.overflow');
    expect(overflow).toMatchObject([{ address: '192.0.2.1', name: '', count: 1 }, { count: 449 }]);
    for (let n = 0; n < 10; n++) log.refused(refusal({ origin: { ...origin, name: `other${n}` } }));
    expect(await entriesOf()).toHaveLength(62);
  });

  test('none is lost at an orderly end, not even those that were still being counted', async () => {
    for (let n = 0; n < 10; n++) log.refused(refusal());
    await log.close();
    log = newLog();
    expect((await entriesOf()).map(({ count }) => count)).toEqual([1, 9]);
  });
});

describe('retention', () => {
  test('old entries go, the rest can still be verified by itself, and that they went stands in the log', async () => {
    await doSome(700);
    await log.seal();
    nowMs += 400 * days;
    await doSome(2);
    expect(await log.trim()).toBe(700);
    expect(await store.count(auditKind)).toBe(2);
    const lines = await exported();
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ seq: 701 });
    expect(JSON.parse(lines.at(-2) ?? '')).toMatchObject({ action: 'audit.trim', name: 'system', details: { firstSeq: 701, entries: 700 } });
    expect(verify(lines)).toMatchObject({ ok: true, firstSeq: 701, entries: 3 });
    // Who removes a few more himself is found.
    expect(verify(lines.slice(1))).toMatchObject({ ok: false, firstBroken: { line: 1, seq: 702 } });
  });

  test('all of them may be old: the log goes on where it was', async () => {
    await doSome(5);
    await log.seal();
    nowMs += 400 * days;
    expect(await log.trim()).toBe(5);
    await doSome(1);
    expect(await log.verify()).toMatchObject({ ok: true, firstSeq: 6, entries: 2 });
  });

  test('the administrator decides how long, and nothing goes early', async () => {
    await doSome(5);
    await log.seal();
    nowMs += 20 * days;
    expect(await log.trim()).toBe(0);
    retentionDays = 30;
    expect(await log.trim()).toBe(0);
    retentionDays = 10;
    expect(await log.trim()).toBe(5);
  });

  test('cut off between the decision and the removal, the old ones are no part of the log and go the next time', async () => {
    await doSome(5);
    await log.seal();
    nowMs += 400 * days;
    const commit = store.commit.bind(store);
    store.commit = async (changes) => {
      if (changes.some(({ op }) => op === 'delete')) throw new Error('power cut');
      return commit(changes);
    };
    await expect(log.trim()).rejects.toThrow('power cut');
    store.commit = commit;
    expect(await store.count(auditKind)).toBe(5);
    expect(await log.verify()).toMatchObject({ ok: true, firstSeq: 6 });
    expect(await log.trim()).toBe(5);
    expect((await readHead(store)).spec).toMatchObject({ firstSeq: 6, seq: 6 });
  });
});

describe('searching', () => {
  beforeEach(async () => {
    await doSome(3);
    nowMs += 10 * seconds;
    await store.commit([done(4, { action: 'instance.create', userId: 'usr-2', origin: { ...origin, name: 'bob', address: '192.0.2.9' } })]);
    log.refused(refusal());
  });

  const found = async (query: object) => (await log.search({ limit: 100, ...query })).items.map(({ seq }) => seq);

  test.each([
    [{}, [5, 4, 3, 2, 1]],
    [{ user: 'bob' }, [4]],
    [{ user: 'usr-1' }, [5, 3, 2, 1]],
    [{ action: 'instance.create' }, [4]],
    [{ action: 'instance' }, [4, 3, 2, 1]],
    [{ subject: 'vm2' }, [2]],
    [{ subject: 'i-2' }, [2]],
    [{ project: 'prj-1' }, [4, 3, 2, 1]],
    [{ outcome: 'refused' }, [5]],
    [{ outcome: 'done', address: '192.0.2.9' }, [4]],
    [{ from: '2031-01-01T00:00:05.000Z' }, [5, 4]],
    [{ to: '2031-01-01T00:00:05.000Z' }, [3, 2, 1]],
    [{ user: 'nobody' }, []],
  ])('%j finds %j', async (query, seqs) => {
    expect(await found(query)).toEqual(seqs);
  });

  test('page by page, nothing is told twice or left out', async () => {
    const seqs: number[] = [];
    let cursor: string | undefined;
    do {
      const page = await log.search({ limit: 2, project: 'prj-1', cursor });
      seqs.push(...page.items.map(({ seq }) => seq));
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    expect(seqs).toEqual([4, 3, 2, 1]);
    await expect(log.search({ limit: 2, cursor: 'nonsense' })).rejects.toThrow('cursor');
  });
});
