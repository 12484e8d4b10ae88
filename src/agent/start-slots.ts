/**
 * As many guests boot at once as the processors bear: more would only make all of them late. A slot is
 * held from power-on until the guest is up, has stopped, or has had its time. First come, first served.
 */
export class StartSlots {
  readonly #limit: number;
  readonly #holdMsMax: number;
  readonly #held = new Map<string, number>();
  readonly #queue: string[] = [];

  constructor(limit: number, holdMsMax: number) {
    this.#limit = limit;
    this.#holdMsMax = holdMsMax;
  }

  /** A slot is free for it or held by it; else it queues. */
  ask(id: string, nowMs: number): 'free' | { readonly position: number } {
    this.#expire(nowMs);
    if (this.#held.has(id)) return 'free';
    if (!this.#queue.includes(id)) this.#queue.push(id);
    const position = this.#queue.indexOf(id);
    return position < this.#limit - this.#held.size ? 'free' : { position };
  }

  take(id: string, nowMs: number): void {
    this.#leaveQueue(id);
    this.#held.set(id, nowMs);
  }

  /** It is up, or down, or does not want to start any more. Returns who may have become able to start. */
  release(id: string): readonly string[] {
    const had = this.#held.delete(id);
    const queued = this.#leaveQueue(id);
    return had || queued ? this.#queue.slice(0, Math.max(0, this.#limit - this.#held.size)) : [];
  }

  #leaveQueue(id: string): boolean {
    const at = this.#queue.indexOf(id);
    if (at >= 0) this.#queue.splice(at, 1);
    return at >= 0;
  }

  #expire(nowMs: number): void {
    for (const [id, since] of this.#held) if (nowMs - since > this.#holdMsMax) this.#held.delete(id);
  }
}
