import { Loop } from '../control/loop.ts';
import { DriverError } from '../core/driver-error.ts';
import type { Plan, WaitingFor } from '../core/plan.ts';
import type { Waiting } from '../core/resource.ts';
import { seconds } from '../core/units.ts';
import { isoTime, sleep, type Clock } from '../ports/clock.ts';
import type { ChannelRequest, ControlLink, DesiredEvent, DesiredRecord, HostReport } from '../ports/control-link.ts';
import type { HostFailure, HostKind } from './host-kind.ts';
import type { Ledger } from './ledger.ts';
import { Recovery } from './recovery.ts';
import { Reporter } from './reporter.ts';

export interface AgentOptions {
  readonly clock: Clock;
  readonly ledger: Ledger;
  readonly link: ControlLink;
  readonly kinds: readonly HostKind[];
  readonly reportEveryMs: number;
  /** Facts of the machine, and what is free on its disk now. */
  facts(): Promise<{ facts: { bootId: string }; diskFreeBytes: number }>;
  /** Connects a stream that the control plane asked for. */
  openChannel(channel: ChannelRequest): Promise<void>;
  onError?(what: string, error: unknown): void;
}

/**
 * A host's own loop. The ledger says what is wanted, the drivers show what is, plans lead from one to
 * the other; the control plane is told, and is not needed.
 */
export class Agent {
  readonly #options: AgentOptions;
  readonly #loops = new Map<string, Loop>();
  readonly #reporter: Reporter;
  readonly #failures = new Map<string, HostFailure>();
  readonly #waits = new Map<string, Waiting>();
  /** What was told of each record last. */
  readonly #told = new Map<string, HostReport['items'][number]>();
  readonly #incarnation: string;
  readonly recovery: Recovery;
  /** What is being done now, and for which wish. */
  readonly #works = new Map<string, { readonly generation: number; readonly outdated: AbortController }>();
  #abort = new AbortController();

  constructor(options: AgentOptions) {
    this.#options = options;
    const { clock, link, ledger } = options;
    this.#incarnation = clock.uuid();
    this.recovery = new Recovery(clock);
    this.#reporter = new Reporter({ clock, link, everyMs: options.reportEveryMs, head: () => this.#head() });
    for (const kind of options.kinds) {
      const loop = new Loop({
        clock,
        concurrency: kind.concurrency,
        periodMs: 30 * seconds,
        keys: async () => ledger.keys(kind.kind).map((key) => key.slice(kind.kind.length + 1)),
        reconcile: (id, signal) => this.#reconcile(kind, id, signal),
        onError: (id, error, retryMs) => {
          options.onError?.(`${kind.kind} ${id}`, error);
          this.#tellRetry(kind, id, retryMs);
        },
      });
      this.#loops.set(kind.kind, loop);
    }
  }

  async start(): Promise<void> {
    const { facts } = await this.#options.facts();
    await this.recovery.begin(this.#options.ledger, facts.bootId);
    for (const loop of this.#loops.values()) loop.start();
    void this.#reporter.run(this.#abort.signal);
    void this.#listen(this.#abort.signal);
  }

  stop(): void {
    this.#abort.abort();
    for (const loop of this.#loops.values()) loop.stop();
  }

  /** Something happened to it: look. */
  wake(kind: string, id: string): void {
    this.#loops.get(kind)?.wake(id);
  }

  get isIdle(): boolean {
    return [...this.#loops.values()].every((loop) => loop.isIdle);
  }

  async #listen(signal: AbortSignal): Promise<void> {
    const { clock, link } = this.#options;
    let failures = 0;
    while (!signal.aborted) {
      try {
        const told = new Set<string>();
        for await (const event of link.watch(signal)) {
          failures = 0;
          if (event.type === 'want') told.add(`${event.kind}/${event.record.id}`);
          if (event.type === 'synced') await this.#forgetAllBut(told);
          await this.#hear(event);
        }
      } catch (error) {
        this.#options.onError?.('control link', error);
      }
      failures++;
      await sleep(clock, Math.min(5 * seconds, 100 * 2 ** Math.min(failures, 10)), signal);
    }
  }

  async #hear(event: DesiredEvent): Promise<void> {
    const { ledger } = this.#options;
    switch (event.type) {
      case 'want':
        await ledger.accept(event.kind, event.record, event.extra);
        this.#cutOff(event.kind, event.record.id);
        this.wake(event.kind, event.record.id);
        return;
      case 'forget':
        return this.#forget(event.kind, event.id);
      case 'synced':
        this.#reporter.tellAll();
        return;
      case 'open':
        // Streams live beside the loop: a slow one holds nothing up.
        this.#options.openChannel(event.channel).catch((error: unknown) => this.#options.onError?.(`channel ${event.channel.stream}`, error));
    }
  }

  async #forget(kindName: string, id: string): Promise<void> {
    const { ledger, kinds } = this.#options;
    if (ledger.get(kindName, id) === null) return;
    await ledger.forget(kindName, id);
    const key = `${kindName}/${id}`;
    this.#failures.delete(key);
    this.#waits.delete(key);
    this.#told.delete(key);
    this.#cutOff(kindName, id);
    this.recovery.forgotten(id);
    this.#reporter.forget(kindName, id);
    kinds.find((kind) => kind.kind === kindName)?.forgotten?.(id);
  }

  /**
   * What was deleted, and forgotten over there while the line was down. Only of something that was to be deleted
   * does the silence mean that: anything else is kept, in case it is the control plane that has lost its memory.
   */
  async #forgetAllBut(told: ReadonlySet<string>): Promise<void> {
    const { ledger, kinds } = this.#options;
    for (const { kind } of kinds) {
      for (const key of ledger.keys(kind)) {
        const id = key.slice(kind.length + 1);
        const isDeleted = (ledger.get(kind, id)?.record as { deletedAt?: string | null } | undefined)?.deletedAt != null;
        if (isDeleted && !told.has(key)) await this.#forget(kind, id);
      }
    }
  }

  /** Nobody waits for the end of what is done for an older wish, an image's copy of minutes above all. */
  #cutOff(kindName: string, id: string): void {
    const work = this.#works.get(`${kindName}/${id}`);
    const wanted = this.#options.ledger.get(kindName, id)?.record.generation;
    if (work !== undefined && work.generation !== wanted) work.outdated.abort();
  }

  async #reconcile(kind: HostKind, id: string, stopped: AbortSignal): Promise<'again' | number | null> {
    const entry = this.#options.ledger.get(kind.kind, id);
    if (entry === null) return null;
    const key = `${kind.kind}/${id}`;
    const outdated = new AbortController();
    const stop = (): void => outdated.abort();
    stopped.addEventListener('abort', stop, { once: true });
    this.#works.set(key, { generation: entry.record.generation, outdated });
    try {
      return await this.#work(kind, entry.record, entry.extra, outdated.signal);
    } finally {
      if (this.#works.get(key)?.outdated === outdated) this.#works.delete(key);
      stopped.removeEventListener('abort', stop);
    }
  }

  async #work(kind: HostKind, record: DesiredRecord, extra: unknown, signal: AbortSignal): Promise<'again' | number | null> {
    const { clock } = this.#options;
    const { id } = record;
    const key = `${kind.kind}/${id}`;
    const observed = await this.#look(kind, record, extra);
    const plan = kind.plan(record, observed, clock.now());
    this.recovery.found(kind, record, observed, plan);
    if (plan.actions.length === 0 && plan.waitingFor === null) this.#failures.delete(key);
    await this.#tell(kind, record, observed, plan);
    for (const action of plan.actions) {
      if (signal.aborted) return null;
      try {
        await kind.act(action, record, extra, signal, (waitingFor) => {
          // Progress is only told: a refusal to look must not end the work.
          this.#tell(kind, record, observed, { ...plan, waitingFor }).catch((error: unknown) => this.#options.onError?.(`${kind.kind} ${id}`, error));
        });
        this.recovery.did(kind, id, action.do);
      } catch (error) {
        if (signal.aborted) return null;
        await this.#fail(kind, record, action.do, error);
        throw error;
      }
    }
    return plan.actions.length > 0 ? 'again' : plan.wakeAfterMs;
  }

  /** The world refused: the control plane is told what is seen now, and why it is not as asked for. */
  async #fail(kind: HostKind, record: DesiredRecord, action: string, error: unknown): Promise<void> {
    const { clock, ledger } = this.#options;
    if (!(error instanceof DriverError)) return;
    this.#failures.set(`${kind.kind}/${record.id}`, { code: `${action}-failed`, reason: error.message, atMs: clock.now() });
    const extra = ledger.get(kind.kind, record.id)?.extra;
    const waitingFor = waitAfter(action, error);
    try {
      await this.#tell(kind, record, await kind.observe(record, extra), { actions: [], waitingFor, wakeAfterMs: null });
    } catch {
      // What is told is why the work failed, not why the look did.
      this.#tellUnseen(kind, record.id, waitingFor);
    }
  }

  /** What stays out of sight is said to be so, beside what was seen last; a passing refusal is not worth the noise. */
  async #look(kind: HostKind, record: DesiredRecord, extra: unknown): Promise<unknown> {
    try {
      return await kind.observe(record, extra);
    } catch (error) {
      if (error instanceof DriverError && error.retry !== 'soon') this.#tellUnseen(kind, record.id, waitAfter('look', error));
      throw error;
    }
  }

  /** When it is tried again: the loop knows that only after the refusal was told. */
  #tellRetry(kind: HostKind, id: string, retryMs: number): void {
    const wait = this.#waits.get(`${kind.kind}/${id}`);
    if (wait?.code.endsWith('-failed') !== true) return;
    this.#tellUnseen(kind, id, { ...wait, deadline: isoTime(this.#options.clock.now() + retryMs) });
  }

  #tellUnseen(kind: HostKind, id: string, waitingFor: WaitingFor): void {
    const key = `${kind.kind}/${id}`;
    const last = this.#told.get(key);
    if (last !== undefined) this.#reporter.tell({ ...last, status: { ...(last.status as object), waitingFor: this.#since(key, waitingFor) } });
  }

  async #tell(kind: HostKind, record: DesiredRecord, observed: unknown, plan: Plan<{ readonly do: string }>): Promise<void> {
    const key = `${kind.kind}/${record.id}`;
    const status = await kind.status(record, observed, plan, this.#failures.get(key) ?? null);
    if (status === null) return;
    const item = {
      kind: kind.kind,
      id: record.id,
      generation: record.generation,
      status: { ...status, observedGeneration: record.generation, waitingFor: this.#since(key, plan.waitingFor) },
    };
    // Forgotten meanwhile: nobody asks any more.
    if (this.#options.ledger.get(kind.kind, record.id) !== null) this.#told.set(key, item);
    this.#reporter.tell(item);
  }

  /** Keeps the time when the same wait began. */
  #since(key: string, waitingFor: WaitingFor | null): Waiting | null {
    if (waitingFor === null) {
      this.#waits.delete(key);
      return null;
    }
    const before = this.#waits.get(key);
    const waiting = { ...waitingFor, since: before?.code === waitingFor.code ? before.since : isoTime(this.#options.clock.now()) };
    this.#waits.set(key, waiting);
    return waiting;
  }

  async #head() {
    const { facts, diskFreeBytes } = await this.#options.facts();
    return { incarnation: this.#incarnation, facts, diskFreeBytes, recovery: this.recovery.report() };
  }
}

function waitAfter(action: string, error: DriverError): WaitingFor {
  const isFinal = error.retry === 'never';
  return {
    code: `${action}-failed`,
    reason: error.message,
    owner: isFinal ? 'administrator' : 'host',
    deadline: null,
    next: isFinal ? 'correct the cause; it is tried again every few minutes' : 'it is tried again, at growing intervals',
  };
}
