import { auditPendingKind, type AuditEntry } from '../control/audit-entry.ts';
import { CommitConflict, type Change, type Store } from '../control/store/store.ts';
import { isoTime, type Clock } from '../ports/clock.ts';
import { seal, type Head } from './chain.ts';
import { headChange, readHead, sealedChange } from './records.ts';

const perCommit = 500;

/** Hangs all that waits onto the chain. Several may do it at once: of two, the later one finds its head moved, and looks again. */
export async function sealPending(store: Store, clock: Clock): Promise<number> {
  let sealed = 0;
  for (;;) {
    const { items } = await store.list({ kind: auditPendingKind, limit: perCommit });
    if (items.length === 0) return sealed;
    const record = await readHead(store);
    let head: Head = record.spec;
    const changes: Change[] = [];
    for (const { id, kind, revision, spec } of items) {
      const entry = seal(spec as AuditEntry, head);
      head = entry;
      changes.push(sealedChange(entry), { op: 'delete', kind, id, expectedRevision: revision });
    }
    changes.push(headChange(record, { ...record.spec, seq: head.seq, hash: head.hash }, isoTime(clock.now())));
    try {
      await store.commit(changes);
      sealed += items.length;
    } catch (error) {
      if (!(error instanceof CommitConflict)) throw error;
    }
  }
}
