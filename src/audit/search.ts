import { InvalidCursor, type Page, type Store } from '../control/store/store.ts';
import { looksLikeId } from '../core/ids.ts';
import { days } from '../core/units.ts';
import { isoTime } from '../ports/clock.ts';
import type { SealedEntry } from './chain.ts';
import { auditKind } from './records.ts';

export interface AuditQuery {
  /** Id or name, as it was then. */
  readonly user?: string | undefined;
  /** `instance.create`; `instance.` or `instance` for all that was done to instances. */
  readonly action?: string | undefined;
  /** Id or name of what it was done to. */
  readonly subject?: string | undefined;
  /** Id. */
  readonly project?: string | undefined;
  readonly outcome?: 'done' | 'refused' | undefined;
  readonly address?: string | undefined;
  /** ISO 8601; entries at or after. */
  readonly from?: string | undefined;
  /** ISO 8601; entries before. */
  readonly to?: string | undefined;
  readonly limit: number;
  readonly cursor?: string | undefined;
}

export interface AuditPage {
  readonly items: readonly SealedEntry[];
  /** A page may be short, even empty, and still have a next one. */
  readonly nextCursor: string | null;
}

/** Entries read for one page at most. */
const readMax = 5_000;
const readAtOnce = 500;

/** Newest first. */
export async function searchAudit(store: Store, query: AuditQuery): Promise<AuditPage> {
  const index = indexFor(query);
  let [cursor, behind] = query.cursor === undefined ? [undefined, ''] : decode(query.cursor);
  const items: SealedEntry[] = [];
  for (let read = 0; ;) {
    const page: Page = await store.list({ kind: auditKind, limit: readAtOnce, descending: true, cursor, ...(index === null ? {} : { index }) });
    for (const { id, spec } of page.items) {
      if (behind !== '' && id >= behind) continue;
      const entry = spec as SealedEntry;
      if (query.from !== undefined && entry.at < dayBefore(query.from)) return { items, nextCursor: null };
      if (!matches(query, entry)) continue;
      items.push(entry);
      if (items.length === query.limit) return { items, nextCursor: encode(cursor, id) };
    }
    read += page.items.length;
    if (page.nextCursor === null) return { items, nextCursor: null };
    cursor = page.nextCursor;
    behind = '';
    if (read >= readMax) return { items, nextCursor: encode(cursor, '') };
  }
}

/** What is told from the fewest entries. */
function indexFor({ subject, project, user, action, outcome }: AuditQuery): { name: string; value: string } | null {
  if (subject !== undefined && looksLikeId(subject)) return { name: `about/${subject}`, value: '' };
  if (user !== undefined && looksLikeId(user)) return { name: 'user', value: user };
  if (project !== undefined) return { name: `about/${project}`, value: '' };
  if (action !== undefined && /\../.test(action)) return { name: 'action', value: action };
  return outcome === 'refused' ? { name: 'outcome', value: outcome } : null;
}

function matches(query: AuditQuery, entry: SealedEntry): boolean {
  const { user, action, subject, project, outcome, address, from, to } = query;
  if (user !== undefined && entry.userId !== user && entry.name !== user) return false;
  if (action !== undefined && entry.action !== action && !entry.action.startsWith(action.endsWith('.') ? action : `${action}.`)) return false;
  if (subject !== undefined && !entry.subjects.some(({ id, name }) => id === subject || name === subject)) return false;
  if (project !== undefined && !entry.subjects.some((each) => each.project === project || each.id === project)) return false;
  if (outcome !== undefined && entry.outcome !== outcome) return false;
  if (address !== undefined && entry.address !== address) return false;
  return (from === undefined || entry.at >= from) && (to === undefined || entry.at < to);
}

/** Entries stand in the order of their sealing, which is that of their times but for moments. */
function dayBefore(time: string): string {
  return isoTime(Date.parse(time) - 1 * days);
}

function encode(cursor: string | undefined, behind: string): string {
  return Buffer.from(JSON.stringify([cursor ?? '', behind])).toString('base64url');
}

function decode(text: string): [cursor: string | undefined, behind: string] {
  try {
    const parts = JSON.parse(Buffer.from(text, 'base64url').toString()) as unknown;
    if (Array.isArray(parts) && typeof parts[0] === 'string' && typeof parts[1] === 'string') return [parts[0] || undefined, parts[1]];
  } catch {
    // Told below.
  }
  throw new InvalidCursor();
}
