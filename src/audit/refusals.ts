import type { AuditEntry, AuditSubject, NewAuditEntry } from '../control/audit-entry.ts';
import { minutes } from '../core/units.ts';
import { isoTime, type Clock } from '../ports/clock.ts';

export type Refusal = NewAuditEntry & { readonly code: string };

/** To be written, in the order in which it happened. */
export interface Waiting {
  readonly uuid: string;
  readonly entry: NewAuditEntry;
}

interface Alike {
  readonly first: Refusal;
  readonly firstMs: number;
  /** Beside the first, which has its own entry. */
  more: number;
  readonly refs: Set<string>;
}

const countedMs = 1 * minutes;
/** Different ones that are told apart within a minute: of all, and of one address, which may try a name after the other. */
const kindsMax = 1_000;
const kindsOfAddressMax = 50;
const overflow = 'audit.overflow';
const refsMax = 10;

/**
 * Refusals on their way to the log. The first of its kind is written at once; what is like it and comes within the
 * same minute is counted into one more entry. Whoever floods the door writes two entries a minute.
 */
export class Refusals {
  readonly #clock: Clock;
  readonly #counted = new Map<string, Alike>();
  readonly #kindsOf = new Map<string, number>();
  #new: Waiting[] = [];
  #others = 0;
  #othersSinceMs = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(refusal: Refusal): void {
    const key = JSON.stringify([refusal.origin?.address, refusal.userId, refusal.origin?.name, refusal.action, refusal.code]);
    const alike = this.#counted.get(key);
    if (alike !== undefined && this.#clock.now() - alike.firstMs < countedMs) {
      alike.more++;
      for (const ref of refs(refusal.subjects)) if (alike.refs.size < refsMax) alike.refs.add(ref);
      return;
    }
    if (alike !== undefined) this.#close(key, alike);
    const address = addressOf(refusal);
    const kinds = this.#kindsOf.get(address) ?? 0;
    if (kinds >= kindsOfAddressMax && refusal.action !== overflow) return this.add(manySorts(refusal));
    if (this.#counted.size >= kindsMax) {
      if (this.#others++ === 0) this.#othersSinceMs = this.#clock.now();
      return;
    }
    this.#kindsOf.set(address, kinds + 1);
    this.#counted.set(key, { first: refusal, firstMs: this.#clock.now(), more: 0, refs: new Set() });
    this.#push({ ...refusal, at: isoTime(this.#clock.now()) });
  }

  get isEmpty(): boolean {
    return this.#new.length === 0 && this.#counted.size === 0 && this.#others === 0;
  }

  /** What is to be written now; `all`: also what is still being counted. */
  take(all = false): Waiting[] {
    const nowMs = this.#clock.now();
    for (const [key, alike] of this.#counted) if (all || nowMs - alike.firstMs >= countedMs) this.#close(key, alike);
    if (this.#others > 0 && (all || nowMs - this.#othersSinceMs >= countedMs)) {
      this.#push({ action: overflow, code: 'RATE_LIMITED', count: this.#others });
      this.#others = 0;
    }
    return this.#new.splice(0);
  }

  /** They could not be written: the next time. */
  giveBack(entries: readonly Waiting[]): void {
    this.#new.unshift(...entries.slice(0, kindsMax));
  }

  #push(entry: NewAuditEntry): void {
    this.#new.push({ uuid: this.#clock.uuid(), entry: { ...entry, outcome: 'refused' } });
  }

  #close(key: string, { first, firstMs, more, refs: named }: Alike): void {
    this.#counted.delete(key);
    const address = addressOf(first);
    const kinds = (this.#kindsOf.get(address) ?? 0) - 1;
    if (kinds > 0) this.#kindsOf.set(address, kinds);
    else this.#kindsOf.delete(address);
    if (more === 0) return;
    // They were about different things: a few are named, as examples.
    const about: Partial<AuditEntry> = { subjects: [], details: named.size === 0 ? {} : { about: [...named].join(' ') } };
    this.#push({ ...first, ...about, at: isoTime(firstMs), count: more });
  }
}

function addressOf({ origin }: Refusal): string {
  return origin?.address ?? '';
}

/** Of an address that is refused for too many reasons to tell them apart. */
function manySorts({ origin, subjects }: Refusal): Refusal {
  const from = { name: '', method: 'none', credentialId: null, address: origin?.address ?? null };
  return { action: overflow, code: 'RATE_LIMITED', origin: from, userId: null, ...(subjects === undefined ? {} : { subjects }) };
}

function refs(subjects: readonly AuditSubject[] = []): string[] {
  return subjects.map(({ id, name }) => id ?? name);
}
