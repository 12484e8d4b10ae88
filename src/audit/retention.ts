import { auditChange } from '../control/audit-entry.ts';
import { CommitConflict, type Change, type Store } from '../control/store/store.ts';
import { days } from '../core/units.ts';
import { isoTime, type Clock } from '../ports/clock.ts';
import { trimAction, type SealedEntry } from './chain.ts';
import { auditKind, headChange, readHead, sealedId } from './records.ts';

const perCommit = 500;
/** Letting go is an entry itself: not one for every hour. */
const slackMs = 1 * days;

/**
 * Lets entries go that are older than `retentionDays`. First, in one commit, the chain's beginning moves and an entry
 * says so: from then on the old ones are no part of it. Then their records go, at the latest the next time.
 */
export async function trim(store: Store, clock: Clock, retentionDays: number): Promise<number> {
  const nowMs = clock.now();
  const cutoff = isoTime(nowMs - retentionDays * days);
  const head = await readHead(store);
  const first = (await store.get(auditKind, sealedId(head.spec.firstSeq)))?.spec as SealedEntry | undefined;
  const isDue = first !== undefined && first.at < isoTime(nowMs - retentionDays * days - slackMs);
  const last = isDue ? await lastBefore(store, cutoff) : null;
  if (last !== null && last.seq >= head.spec.firstSeq) {
    const spec = { ...head.spec, firstSeq: last.seq + 1, firstPrevHash: last.hash };
    const details = { firstSeq: spec.firstSeq, prevHash: spec.firstPrevHash, entries: spec.firstSeq - head.spec.firstSeq, before: cutoff };
    const origin = { name: 'system', method: 'system', credentialId: null, address: null };
    try {
      await store.commit([headChange(head, spec, isoTime(nowMs)), auditChange(clock, { userId: 'system', action: trimAction, origin, details })]);
    } catch (error) {
      // Something was sealed meanwhile: there is a next time.
      if (error instanceof CommitConflict) return 0;
      throw error;
    }
  }
  return dropRecords(store, (await readHead(store)).spec.firstSeq);
}

/** The last of the unbroken row of entries that are all older. */
async function lastBefore(store: Store, cutoff: string): Promise<SealedEntry | null> {
  let last: SealedEntry | null = null;
  let cursor: string | undefined;
  do {
    const page = await store.list({ kind: auditKind, limit: 1_000, cursor });
    for (const { spec } of page.items) {
      const entry = spec as SealedEntry;
      if (entry.at >= cutoff) return last;
      last = entry;
    }
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return last;
}

async function dropRecords(store: Store, firstSeq: number): Promise<number> {
  let dropped = 0;
  for (;;) {
    const { items } = await store.list({ kind: auditKind, limit: perCommit });
    const old = items.filter(({ id }) => id < sealedId(firstSeq));
    if (old.length === 0) return dropped;
    await store.commit(old.map(({ kind, id, revision }): Change => ({ op: 'delete', kind, id, expectedRevision: revision })));
    dropped += old.length;
  }
}
