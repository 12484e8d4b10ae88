import { auditChange, auditPendingKind, type NewAuditEntry } from '../control/audit-entry.ts';
import type { Feed } from '../control/feed.ts';
import type { Store } from '../control/store/store.ts';
import { hours, seconds } from '../core/units.ts';
import type { Clock } from '../ports/clock.ts';
import { canonicalJson } from './canonical.ts';
import type { ExportEnd, Head } from './chain.ts';
import { auditKind, readHead, sealedId } from './records.ts';
import { Refusals, type Refusal } from './refusals.ts';
import { trim } from './retention.ts';
import { sealPending } from './sealer.ts';
import { searchAudit, type AuditPage, type AuditQuery } from './search.ts';
import { Verifier, type Verdict } from './verifier.ts';

export interface AuditLogOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly feed: Feed;
  /** How long entries are kept, days; asked each time. */
  retentionDays(): number;
  onError?(what: string, error: unknown): void;
}

const closeMsMax = 1 * seconds;
const sealEveryMs = 1 * seconds;
const trimEveryMs = 1 * hours;
const entriesPerCommit = 200;

/** The audit log of one control plane: takes refusals in, hangs entries onto the chain, lets old ones go, and tells of them. */
export class AuditLog {
  readonly #options: AuditLogOptions;
  readonly #refusals: Refusals;
  #cancelTick: (() => void) | null = null;
  #cancelTrim = () => {};
  #unsubscribe = () => {};
  #turn: Promise<unknown> = Promise.resolve();
  #isClosed = false;

  constructor(options: AuditLogOptions) {
    this.#options = options;
    this.#refusals = new Refusals(options.clock);
  }

  /** Seals from now on within a second what is committed; what an earlier process left behind, too. */
  start(): void {
    const { feed, clock } = this.#options;
    this.#unsubscribe = feed.subscribe(({ kind, op }) => {
      if (kind === auditPendingKind && op === 'put') this.#wake();
    });
    this.#wake();
    const trimNow = () => {
      this.trim().catch((error: unknown) => this.#options.onError?.('the audit log', error));
      this.#cancelTrim = clock.after(trimEveryMs, trimNow);
    };
    this.#cancelTrim = clock.after(trimEveryMs, trimNow);
  }

  /** Everything that was taken in is written and sealed. Doing it twice is free. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#unsubscribe();
    this.#cancelTick?.();
    this.#cancelTrim();
    // A store that answers no more holds nobody up: what is committed is sealed at the next start.
    let cancel = () => {};
    const over = new Promise<void>((resolve) => (cancel = this.#options.clock.after(closeMsMax, resolve)));
    const sealed = this.#seal(true).catch((error: unknown) => this.#options.onError?.('the audit log', error));
    await Promise.race([sealed, over]);
    cancel();
  }

  /** Written within a second; never throws and never grows without bounds. */
  refused(refusal: Refusal): void {
    if (this.#isClosed) return;
    this.#refusals.add(refusal);
    this.#wake();
  }

  /** What no commit of its own tells: an export, say. */
  async record(entry: NewAuditEntry): Promise<void> {
    await this.#options.store.commit([auditChange(this.#options.clock, entry)]);
  }

  /** All that happened until now stands in the chain. */
  seal(): Promise<void> {
    return this.#seal(false);
  }

  async trim(): Promise<number> {
    const { store, clock } = this.#options;
    await this.seal();
    return this.#inTurn(() => trim(store, clock, this.#options.retentionDays()));
  }

  async search(query: AuditQuery): Promise<AuditPage> {
    await this.seal();
    return searchAudit(this.#options.store, query);
  }

  async head(): Promise<Head> {
    await this.seal();
    const { seq, hash } = (await readHead(this.#options.store)).spec;
    return { seq, hash };
  }

  /** The chain as it is now, a line of canonical JSON for each entry, without line ends; the last says that it is the last. */
  async *lines(): AsyncGenerator<string> {
    const { store } = this.#options;
    await this.seal();
    const { seq, hash, firstSeq } = (await readHead(store)).spec;
    const [first, last] = [sealedId(firstSeq), sealedId(seq)];
    let cursor: string | undefined;
    do {
      const page = await store.list({ kind: auditKind, limit: 500, cursor });
      for (const { id, spec } of page.items) if (id >= first && id <= last) yield canonicalJson(spec);
      cursor = (page.items.at(-1)?.id ?? last) < last ? (page.nextCursor ?? undefined) : undefined;
    } while (cursor !== undefined);
    yield canonicalJson({ end: { seq, hash } } satisfies ExportEnd);
  }

  async verify(): Promise<Verdict> {
    const verifier = new Verifier();
    for await (const line of this.lines()) verifier.add(line);
    return verifier.finish();
  }

  #wake(): void {
    if (this.#cancelTick !== null || this.#isClosed) return;
    this.#cancelTick = this.#options.clock.after(sealEveryMs, () => {
      this.#cancelTick = null;
      this.#seal(false).then(
        // What is still being counted is written when its minute is over.
        () => (this.#refusals.isEmpty ? undefined : this.#wake()),
        (error: unknown) => {
          this.#options.onError?.('the audit log', error);
          this.#wake();
        },
      );
    });
  }

  #seal(all: boolean): Promise<void> {
    const { store, clock } = this.#options;
    return this.#inTurn(async () => {
      await this.#write(all);
      await sealPending(store, clock);
    });
  }

  async #write(all: boolean): Promise<void> {
    const { store, clock } = this.#options;
    const entries = this.#refusals.take(all);
    for (let at = 0; at < entries.length; at += entriesPerCommit) {
      try {
        await store.commit(entries.slice(at, at + entriesPerCommit).map(({ entry, uuid }) => auditChange(clock, entry, uuid)));
      } catch (error) {
        this.#refusals.giveBack(entries.slice(at));
        throw error;
      }
    }
  }

  /** One after the other, so that entries keep their order. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#turn.then(work);
    this.#turn = mine.catch(() => undefined);
    return mine;
  }
}
