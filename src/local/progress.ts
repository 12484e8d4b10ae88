import { formatDuration } from '../core/units.ts';

/** A line for each step: what it does while it goes on, then what came of it and how long it took. */
export class Progress {
  readonly #out: NodeJS.WriteStream;
  readonly #isLive: boolean;

  constructor(out: NodeJS.WriteStream = process.stdout) {
    this.#out = out;
    this.#isLive = out.isTTY;
  }

  async step<T>(title: string, work: (tell: (what: string) => void) => Promise<T>, done: (result: T) => string): Promise<T> {
    const startedMs = performance.now();
    let told = '';
    const tell = (what: string) => {
      if (what === told) return;
      told = what;
      if (this.#isLive) this.#out.write(`\r\u001b[K  … ${title}: ${what}`);
    };
    tell('');
    try {
      const result = await work(tell);
      this.#line('✔', title, done(result), startedMs);
      return result;
    } catch (error) {
      this.#line('✘', title, 'failed', startedMs);
      throw error;
    }
  }

  say(text: string): void {
    this.#out.write(`${text}\n`);
  }

  #line(mark: string, title: string, outcome: string, startedMs: number): void {
    const took = formatDuration(performance.now() - startedMs);
    this.#out.write(`${this.#isLive ? '\r\u001b[K' : ''}  ${mark} ${title.padEnd(16)} ${outcome}  (${took})\n`);
  }
}
