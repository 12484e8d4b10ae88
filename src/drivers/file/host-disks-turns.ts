/** One at a time for each name; different names do not wait for each other. */
export class Turns {
  readonly #last = new Map<string, Promise<unknown>>();

  async take<T>(name: string, work: () => Promise<T>): Promise<T> {
    const before = this.#last.get(name) ?? Promise.resolve();
    const mine = before.then(work, work);
    this.#last.set(name, mine);
    try {
      return await mine;
    } finally {
      if (this.#last.get(name) === mine) this.#last.delete(name);
    }
  }
}

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
