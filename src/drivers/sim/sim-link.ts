import type { Duplex } from 'node:stream';
import { Readable } from 'node:stream';
import { sleep } from '../../ports/clock.ts';
import type { ControlLink, DesiredEvent, HostReport } from '../../ports/control-link.ts';
import { between } from './random.ts';
import type { SimWorld } from './sim-world.ts';

/** What answers at the control plane's end while one life of it lasts. */
export interface ControlDoor {
  joinHost(name: string): Promise<{ readonly id: string }>;
  desired(hostId: string, signal: AbortSignal): AsyncIterable<DesiredEvent>;
  report(hostId: string, report: HostReport): Promise<void>;
  channel?(session: string): Promise<Duplex>;
  imageContent?(sha256: string, offset: number): Promise<Readable>;
}

/** The cable between one host and the control plane; it outlives both ends. */
export class SimLine {
  /** null: nobody answers there now. */
  door: ControlDoor | null = null;
  isPartitioned = false;
  /** Known since the first call. */
  hostId: string | null = null;
  readonly #calls = new Set<() => void>();

  get isUp(): boolean {
    return this.door !== null && !this.isPartitioned;
  }

  partition(isPartitioned: boolean): void {
    this.isPartitioned = isPartitioned;
    if (isPartitioned) this.breakCalls();
  }

  /** Everybody who is on the line hears that it broke. */
  breakCalls(): void {
    for (const broken of [...this.#calls]) broken();
    this.#calls.clear();
  }

  /** Resolves when the line breaks. */
  hold(): { readonly broken: Promise<void>; readonly isBroken: () => boolean; readonly release: () => void } {
    let isBroken = false;
    let breaks: () => void = () => undefined;
    const broken = new Promise<void>((resolve) => {
      breaks = () => {
        isBroken = true;
        resolve();
      };
    });
    this.#calls.add(breaks);
    return { broken, isBroken: () => isBroken, release: () => this.#calls.delete(breaks) };
  }
}

const answerTimeoutMs = 5_000;

/** An agent's line to the control plane, without a network between: with delays, cuts, lost and repeated reports. */
export class SimLink implements ControlLink {
  readonly #world: SimWorld;
  readonly #hostName: string;
  readonly #line: SimLine;

  constructor(world: SimWorld, hostName: string, line: SimLine) {
    this.#world = world;
    this.#hostName = hostName;
    this.#line = line;
  }

  async *watch(signal: AbortSignal): AsyncIterable<DesiredEvent> {
    await this.#travel();
    const hostId = await this.#hostId();
    const door = this.#door();
    const held = this.#line.hold();
    const abort = new AbortController();
    const stop = () => abort.abort();
    signal.addEventListener('abort', stop, { once: true });
    void held.broken.then(stop);
    const told = new Map<string, DesiredEvent>();
    try {
      const events = door.desired(hostId, abort.signal)[Symbol.asyncIterator]();
      for (;;) {
        // A control plane that died in the midst of it never answers.
        const next = await Promise.race([events.next(), held.broken]);
        if (next === undefined || next.done === true) break;
        const event = next.value;
        await this.#travel();
        if (held.isBroken()) break;
        yield event;
        const old = this.#toldAgain(told, event);
        if (old !== null) yield old;
      }
      if (held.isBroken()) throw new Error('the line to the control plane broke');
    } finally {
      held.release();
      abort.abort();
      signal.removeEventListener('abort', stop);
    }
  }

  /** An earlier event about the same record, as a line may bring it that repeats itself; null: not this time. */
  #toldAgain(told: Map<string, DesiredEvent>, event: DesiredEvent): DesiredEvent | null {
    const { faults, chance } = this.#world;
    if (event.type !== 'want' && event.type !== 'forget') return null;
    const key = event.type === 'want' ? event.record.id : event.id;
    const earlier = told.get(key) ?? null;
    if (event.type === 'forget') {
      told.delete(key);
      return null;
    }
    if (earlier === null) told.set(key, event);
    return earlier !== null && faults.toldAgain > 0 && chance() < faults.toldAgain ? earlier : null;
  }

  async report(report: HostReport): Promise<void> {
    const { faults, chance, clock } = this.#world;
    await this.#travel();
    if (faults.reportLost > 0 && chance() < faults.reportLost) {
      await sleep(clock, answerTimeoutMs);
      throw new Error('no answer from the control plane');
    }
    const hostId = await this.#hostId();
    const held = this.#line.hold();
    try {
      await Promise.race([this.#door().report(hostId, report), held.broken]);
      if (held.isBroken()) throw new Error('the line to the control plane broke');
    } finally {
      held.release();
    }
    if (faults.reportRepeated > 0 && chance() < faults.reportRepeated) {
      clock.after(between(chance, 1, 3_000), () => void this.#line.door?.report(hostId, report).catch(() => undefined));
    }
    if (faults.reportAnswerLost > 0 && chance() < faults.reportAnswerLost) {
      await sleep(clock, answerTimeoutMs);
      throw new Error('no answer from the control plane');
    }
    await this.#travel();
  }

  async channel(session: string): Promise<Duplex> {
    const door = this.#door();
    if (door.channel === undefined) throw new Error('this simulated control plane takes no streams');
    return door.channel(session);
  }

  async refuseChannel(): Promise<void> {
    // This simulated control plane asks for no streams.
  }

  async imageContent(sha256: string, offset: number): Promise<Readable> {
    return this.#door().imageContent?.(sha256, offset) ?? Readable.from([]);
  }

  async #hostId(): Promise<string> {
    if (this.#line.hostId !== null) return this.#line.hostId;
    const held = this.#line.hold();
    try {
      const host = await Promise.race([this.#door().joinHost(this.#hostName), held.broken]);
      if (host === undefined) throw new Error('the line to the control plane broke');
      this.#line.hostId = host.id;
      return host.id;
    } finally {
      held.release();
    }
  }

  #door(): ControlDoor {
    const { door } = this.#line;
    if (door === null || !this.#line.isUp) throw new Error('the control plane does not answer');
    return door;
  }

  async #travel(): Promise<void> {
    const { line } = this.#world.pace;
    if (line[1] > 0) await sleep(this.#world.clock, between(this.#world.chance, ...line));
  }
}
