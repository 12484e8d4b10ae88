import { minutes, seconds } from '../../core/units.ts';
import type { Clock } from '../../ports/clock.ts';

interface Followed {
  readonly bootSerial: number;
  readonly sinceMs: number;
  reachableSinceMs: number | null;
  cancel: () => void;
}

const sshPort = 22;
const tryTimeoutMs = 1 * seconds;

/**
 * Since when one can log in: whether a guest's SSH port answers, tried twice a second while it boots and
 * ever more rarely afterwards. Says nothing about guests that do without SSH.
 */
export class Reachability {
  readonly #clock: Clock;
  readonly #answersTcp: (address: string, port: number, timeoutMs: number) => Promise<boolean>;
  readonly #onReachable: (instanceId: string) => void;
  readonly #followed = new Map<string, Followed>();

  constructor(
    clock: Clock,
    answersTcp: (address: string, port: number, timeoutMs: number) => Promise<boolean>,
    onReachable: (instanceId: string) => void,
  ) {
    this.#clock = clock;
    this.#answersTcp = answersTcp;
    this.#onReachable = onReachable;
  }

  /** It runs, with this boot number; a new number begins anew. */
  follow(instanceId: string, bootSerial: number, address: string | null): void {
    if (this.#followed.get(instanceId)?.bootSerial === bootSerial || address === null) return;
    this.forget(instanceId);
    const followed: Followed = { bootSerial, sinceMs: this.#clock.now(), reachableSinceMs: null, cancel: () => undefined };
    this.#followed.set(instanceId, followed);
    void this.#try(instanceId, followed, address);
  }

  forget(instanceId: string): void {
    this.#followed.get(instanceId)?.cancel();
    this.#followed.delete(instanceId);
  }

  stop(): void {
    for (const id of this.#followed.keys()) this.forget(id);
  }

  /** ms since 1970; null while it does not answer. */
  since(instanceId: string): number | null {
    return this.#followed.get(instanceId)?.reachableSinceMs ?? null;
  }

  async #try(instanceId: string, followed: Followed, address: string): Promise<void> {
    // Who cannot ask knows as little as who gets no answer.
    const answers = await this.#answersTcp(address, sshPort, tryTimeoutMs).catch(() => false);
    if (this.#followed.get(instanceId) !== followed) return;
    if (answers) {
      followed.reachableSinceMs = this.#clock.now();
      this.#onReachable(instanceId);
      return;
    }
    const waitedMs = this.#clock.now() - followed.sinceMs;
    const pauseMs = waitedMs < 5 * minutes ? 0.2 * seconds : waitedMs < 30 * minutes ? 5 * seconds : 60 * seconds;
    followed.cancel = this.#clock.after(pauseMs, () => void this.#try(instanceId, followed, address));
  }
}
