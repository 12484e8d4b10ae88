/** Who holds a base while something grows out of it, so that it is not evicted in between. */
export class Pins {
  readonly #held = new Map<string, number>();
  readonly #closed = new Map<string, Promise<unknown>>();

  /** Keeps `name` while `work` runs; waits for a {@link tryAlone} that is under way. */
  async hold<T>(name: string, work: () => Promise<T>): Promise<T> {
    for (let closed = this.#closed.get(name); closed !== undefined; closed = this.#closed.get(name)) await closed;
    this.#held.set(name, (this.#held.get(name) ?? 0) + 1);
    try {
      return await work();
    } finally {
      const left = (this.#held.get(name) ?? 1) - 1;
      if (left === 0) this.#held.delete(name);
      else this.#held.set(name, left);
    }
  }

  /** Runs `work` while nobody holds `name`; false, without running it, when somebody does. */
  async tryAlone(name: string, work: () => Promise<void>): Promise<boolean> {
    if (this.#held.has(name) || this.#closed.has(name)) return false;
    const running = work();
    const ended = running.catch(() => undefined).then(() => this.#closed.delete(name));
    this.#closed.set(name, ended);
    await ended;
    await running;
    return true;
  }
}
