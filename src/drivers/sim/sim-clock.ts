import type { Clock } from '../../ports/clock.ts';
import { EventQueue } from './event-queue.ts';
import { chanceFrom, type Chance } from './random.ts';

/** How many events one turn of Node's own loop takes: microtasks run out between any two of them. */
const eventsPerTurn = 64;

/** Time stands still for longer than this: something asks again and again without ever waiting. */
const eventsPerInstantMax = 200_000;

/**
 * Time that passes only when told to, and chance from a seed. Between two events everything that can go on
 * without time goes on: each event is called in an immediate of its own, and Node runs all promises out
 * before it calls the next one. So the same seed gives the same life, to the last order of calls.
 */
export class SimClock implements Clock {
  readonly seed: string;
  readonly random: Chance;
  readonly #events = new EventQueue();
  #nowMs: number;
  #uuids = 0;
  #eventsAtNow = 0;
  /** Events called so far: what a life costs. */
  eventsCalled = 0;

  constructor(seed: string | number, startMs = Date.UTC(2026, 0, 1)) {
    this.seed = String(seed);
    this.random = chanceFrom(`${this.seed}/clock`);
    this.#nowMs = startMs;
  }

  now(): number {
    return this.#nowMs;
  }

  after(ms: number, callback: () => void): () => void {
    const event = this.#events.push(this.#nowMs + Math.max(0, Math.ceil(ms)), callback);
    return () => {
      event.callback = null;
    };
  }

  /** A stream of chance of its own: what draws from it disturbs nobody else's. */
  chance(name: string): Chance {
    return chanceFrom(`${this.seed}/${name}`);
  }

  /** Version 7: time, a counter that keeps the order within a millisecond, chance. */
  uuid(): string {
    const time = this.#nowMs.toString(16).padStart(12, '0');
    const counter = (this.#uuids++ & 0xfff).toString(16).padStart(3, '0');
    const hex = (length: number) => Array.from({ length }, () => Math.floor(this.random() * 16).toString(16)).join('');
    return `${time.slice(0, 8)}-${time.slice(8)}-7${counter}-${(8 + Math.floor(this.random() * 4)).toString(16)}${hex(3)}-${hex(12)}`;
  }

  /** Lets `ms` pass. */
  async run(ms: number): Promise<void> {
    await this.#runTo(this.#nowMs + ms, () => false);
  }

  /** Lets time pass until `isDone` after some event, at most `ms`; whether it came to be. */
  runUntil(isDone: () => boolean, ms: number): Promise<boolean> {
    return this.#runTo(this.#nowMs + ms, isDone);
  }

  /** Lets everything go on that needs no time. */
  async settle(): Promise<void> {
    await this.#runTo(this.#nowMs, () => false);
  }

  #runTo(untilMs: number, isDone: () => boolean): Promise<boolean> {
    return new Promise((resolve, reject) => {
      let over = false;
      const finish = (done: boolean) => {
        over = true;
        resolve(done);
      };
      const next = () => {
        if (over) return;
        try {
          if (isDone()) return finish(true);
          const event = this.#events.popUntil(untilMs);
          if (event === null) {
            this.#nowMs = Math.max(this.#nowMs, untilMs);
            return finish(isDone());
          }
          this.#call(event.atMs, event.callback);
        } catch (error) {
          over = true;
          reject(error);
        }
      };
      const turn = () => {
        if (over) return;
        for (let i = 1; i < eventsPerTurn; i++) setImmediate(next);
        setImmediate(turn);
        next();
      };
      setImmediate(turn);
    });
  }

  #call(atMs: number, callback: () => void): void {
    this.#eventsAtNow = atMs === this.#nowMs ? this.#eventsAtNow + 1 : 0;
    if (this.#eventsAtNow > eventsPerInstantMax) throw new Error(`time stands still at ${new Date(atMs).toISOString()}`);
    this.#nowMs = atMs;
    this.eventsCalled++;
    callback();
  }
}
