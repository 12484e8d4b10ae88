import { createHash } from 'node:crypto';
import type { AuditEntry } from '../control/audit-entry.ts';
import { canonicalJson } from './canonical.ts';

/** Where an entry stands in the chain. */
export interface Link {
  /** 1 for the first entry of a cloud; no number is left out. */
  readonly seq: number;
  /** `hash` of the entry before; 64 zeros before the first. */
  readonly prevHash: string;
  /** SHA-256, 64 hexadecimal digits, over the canonical JSON of all other fields. */
  readonly hash: string;
}
export type SealedEntry = AuditEntry & Link;

/** What a chain has come to. */
export interface Head {
  readonly seq: number;
  readonly hash: string;
}

export const emptyHead: Head = { seq: 0, hash: '0'.repeat(64) };

export function seal(entry: AuditEntry, { seq, hash: prevHash }: Head): SealedEntry {
  const unhashed = { ...entry, seq: seq + 1, prevHash };
  return { ...unhashed, hash: hashOf(unhashed) };
}

export function hashOf(unhashed: object): string {
  return createHash('sha256').update(canonicalJson(unhashed)).digest('hex');
}

/** Action of the entry that tells that old ones were let go: `details` say where the chain begins since. */
export const trimAction = 'audit.trim';

/** The last line of an export. */
export interface ExportEnd {
  /** Where the export ends; the same as `seq` and `hash` of the line before. */
  readonly end: Head;
}
