import type { Change, Indexed, Store } from '../control/store/store.ts';
import type { AuditEntry } from '../control/audit-entry.ts';
import { recordOf, type Resource } from '../core/resource.ts';
import { emptyHead, type Head, type SealedEntry } from './chain.ts';

/** Sealed entries, in the order of the chain: the id is the number. */
export const auditKind = 'audit';
const headKind = 'audit-head';
const headId = 'head';

export interface HeadSpec extends Head {
  /** The first entry that is kept; `seq` + 1 where none is. */
  readonly firstSeq: number;
  readonly firstPrevHash: string;
}
export type HeadRecord = Resource<HeadSpec>;

export async function readHead(store: Store): Promise<HeadRecord> {
  const found = (await store.get(headKind, headId)) as HeadRecord | null;
  return (
    found ??
    recordOf({ kind: headKind, id: headId, at: new Date(0).toISOString(), spec: { ...emptyHead, firstSeq: 1, firstPrevHash: emptyHead.hash } })
  );
}

/** Refused when somebody else has moved it meanwhile: one line of entries, however many write it. */
export function headChange(before: HeadRecord, spec: HeadSpec, now: string): Change {
  return { op: 'put', resource: { ...before, updatedAt: now, spec }, expectedRevision: before.revision, indexed: { keys: [], indexes: {} } };
}

export function sealedChange(entry: SealedEntry): Change {
  const resource = recordOf({ kind: auditKind, id: sealedId(entry.seq), at: entry.at, spec: entry });
  return { op: 'put', resource, expectedRevision: 0, indexed: indexed(entry) };
}

/** Sorts as the numbers do. */
export function sealedId(seq: number): string {
  return String(seq).padStart(16, '0');
}

/** By what entries are searched; the rest is filtered as it is read. */
function indexed({ userId, action, subjects, outcome }: AuditEntry): Indexed {
  // One index name has one value: a request that was about many has a name for each.
  const about = subjects.flatMap(({ id, name, project }) => [id ?? name, ...(project === null ? [] : [project])]);
  return {
    keys: [],
    indexes: {
      ...(userId === null ? {} : { user: userId }),
      action,
      ...(outcome === 'refused' ? { outcome } : {}),
      ...Object.fromEntries(about.map((ref) => [`about/${ref}`, ''])),
    },
  };
}
