import { DriverError } from '../../core/driver-error.ts';
import { between } from './random.ts';
import type { SimWorld } from './sim-world.ts';

/** A call that a dead process made: nobody will ever hear the answer. */
const never = new Promise<never>(() => undefined);

/** Does the rest after so many ms, or before whatever the other process does next about the same thing. */
export type Outlive = (rest: () => void, afterMs: number) => void;

interface CallUnderWay {
  readonly effect: () => unknown;
  cancel: () => void;
  /** The work goes on in another process (libvirtd, say) when the caller dies: takes what is still to be done. */
  readonly outlive: Outlive | null;
}

/**
 * The calls of one life of an agent into its host's drivers: each takes its time, may be refused, may lose
 * its answer, may hang. When the agent dies, none of them is heard of again.
 */
export class SimCalls {
  readonly #world: SimWorld;
  readonly #underWay = new Set<CallUnderWay>();
  #isDead = false;
  /** The process dies right after this many further changes have happened, before it hears of the last; null: not. */
  dieAfterChanges: number | null = null;
  onDeath: () => void = () => undefined;

  constructor(world: SimWorld) {
    this.#world = world;
  }

  get isDead(): boolean {
    return this.#isDead;
  }

  /** Seeing: no effect. */
  look<T>(what: string, answer: () => T): Promise<T> {
    const { faults, pace } = this.#world;
    if (this.#isDead) return never;
    // The common case costs no event.
    if (faults.refused + faults.hangs === 0 && pace.look[1] === 0) return settle(answer);
    return this.#call(what, pace.look, answer, false, null);
  }

  change<T>(what: string, effect: () => T, options: { takes?: readonly [number, number]; outlive?: Outlive } = {}): Promise<T> {
    if (this.#isDead) return never;
    return this.#call(what, options.takes ?? this.#world.pace.change, effect, true, options.outlive ?? null);
  }

  /** What was under way may have happened, may not, and may still come where another process does the work. */
  die(): void {
    if (this.#isDead) return;
    this.#isDead = true;
    for (const call of this.#underWay) {
      call.cancel();
      const fate = between(this.#world.chance, 0, 2);
      if (fate === 1) quietly(call.effect);
      else if (fate === 2 && call.outlive !== null) call.outlive(() => quietly(call.effect), between(this.#world.chance, 1, 3_000));
    }
    this.#underWay.clear();
  }

  /** The machine itself loses power: half-done work is done or undone as the disk has it. */
  loseMachine(): void {
    this.#isDead = true;
    for (const call of this.#underWay) {
      call.cancel();
      if (call.outlive === null && this.#world.chance() < 0.3) quietly(call.effect);
    }
    this.#underWay.clear();
  }

  #call<T>(what: string, takes: readonly [number, number], effect: () => T, isChange: boolean, outlive: Outlive | null): Promise<T> {
    const { clock, faults, pace, chance } = this.#world;
    const dice = faults.refused + faults.answerLost + faults.hangs === 0 ? 1 : chance();
    const takesMs = between(chance, ...takes);
    return new Promise((resolve, reject) => {
      const underWay: CallUnderWay = { effect, outlive, cancel: () => undefined };
      this.#underWay.add(underWay);
      const finish = (answer: () => void) => {
        if (!this.#isDead) answer();
      };
      const after = (ms: number, then: () => void) => {
        underWay.cancel = clock.after(ms, () => {
          this.#underWay.delete(underWay);
          then();
        });
      };
      const happen = (): (() => void) => {
        try {
          const result = this.#happen(effect, isChange);
          return () => resolve(result);
        } catch (error) {
          return () => reject(error);
        }
      };
      if (dice < faults.refused) {
        after(takesMs, () => finish(() => reject(new DriverError(`${what}: busy`, { retry: dice < faults.refused / 2 ? 'soon' : 'later' }))));
      } else if (dice < faults.refused + faults.hangs) {
        const happens = chance() < 0.5;
        after(pace.callTimeoutMs, () => {
          if (happens) happen();
          finish(() => reject(new DriverError(`${what}: no answer within ${pace.callTimeoutMs / 1000} s`)));
        });
      } else if (isChange && dice < faults.refused + faults.hangs + faults.answerLost) {
        after(takesMs, () => {
          happen();
          finish(() => reject(new DriverError(`${what}: the connection was lost`, { retry: 'soon' })));
        });
      } else {
        after(takesMs, () => {
          const answer = happen();
          finish(answer);
        });
      }
    });
  }

  #happen<T>(effect: () => T, isChange: boolean): T {
    const result = effect();
    if (isChange && this.dieAfterChanges !== null && this.dieAfterChanges-- <= 1) {
      this.dieAfterChanges = null;
      this.onDeath();
    }
    return result;
  }
}

function settle<T>(answer: () => T): Promise<T> {
  try {
    return Promise.resolve(answer());
  } catch (error) {
    return Promise.reject(error);
  }
}

/** The world refuses, and nobody is there to hear it. */
function quietly(effect: () => unknown): void {
  try {
    effect();
  } catch (error) {
    if (!(error instanceof DriverError)) throw error;
  }
}
