import type { EventRecord } from '../../../core/event.ts';
import { days, hours } from '../../../core/units.ts';

/** How far back, as it stands in the address. */
export const spans = { '1h': hours, '1d': days, '7d': 7 * days } as const;

export interface EventFilter {
  /** Id of what they are about. */
  readonly subject?: string | undefined;
  readonly kind?: string | undefined;
  readonly type?: string | undefined;
  readonly project?: string | undefined;
  /** Words, all of which stand in it, upper or lower case. */
  readonly text?: string | undefined;
  /** Not older than this, ms since 1970. */
  readonly sinceMs?: number | undefined;
}

export function matchesEvent({ spec, project, createdAt }: EventRecord, filter: EventFilter): boolean {
  if (filter.subject !== undefined && spec.subject.id !== filter.subject) return false;
  if (filter.kind !== undefined && spec.subject.kind !== filter.kind) return false;
  if (filter.type !== undefined && spec.type !== filter.type) return false;
  if (filter.project !== undefined && project !== filter.project) return false;
  if (filter.sinceMs !== undefined && Date.parse(createdAt) < filter.sinceMs) return false;
  if (filter.text === undefined) return true;
  const text = [spec.message, spec.reason, spec.subject.name, spec.subject.id, spec.requestId, spec.actor, spec.from, spec.to]
    .join('\n')
    .toLowerCase();
  return filter.text
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

/** Newest first, each once. Ids grow with time. */
export function merged(a: readonly EventRecord[], b: readonly EventRecord[]): readonly EventRecord[] {
  const byId = new Map([...a, ...b].map((event) => [event.id, event]));
  return [...byId.values()].sort((x, y) => (x.createdAt === y.createdAt ? (x.id < y.id ? 1 : -1) : x.createdAt < y.createdAt ? 1 : -1));
}
