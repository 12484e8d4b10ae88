import type { Clock } from '../../ports/clock.ts';

/** One life of a process: after its end nothing that it began has any further effect, and no call of its returns. */
export class Life {
  #isOver = false;

  get isOver(): boolean {
    return this.#isOver;
  }

  end(): void {
    this.#isOver = true;
  }

  /** A clock whose timers die with this life. */
  clock(clock: Clock): Clock {
    return {
      now: () => clock.now(),
      after: (ms, callback) =>
        clock.after(ms, () => {
          if (!this.#isOver) callback();
        }),
      random: () => clock.random(),
      uuid: () => clock.uuid(),
    };
  }

  /** An object whose async methods, once this life is over, neither do anything nor return. */
  fence<T extends object>(target: T, afterCall: (method: string) => void = () => undefined): T {
    const never = new Promise<never>(() => undefined);
    return new Proxy(target, {
      get: (_, name) => {
        const value = Reflect.get(target, name, target) as unknown;
        if (typeof value !== 'function') return value;
        return (...args: unknown[]): unknown => {
          if (this.#isOver) return never;
          const result = Reflect.apply(value, target, args) as unknown;
          afterCall(String(name));
          if (!(result instanceof Promise)) return result;
          if (this.#isOver) {
            result.catch(() => undefined);
            return never;
          }
          return result.then(
            (answer) => (this.#isOver ? never : answer),
            (error: unknown) => (this.#isOver ? never : Promise.reject(error as Error)),
          );
        };
      },
    });
  }
}
