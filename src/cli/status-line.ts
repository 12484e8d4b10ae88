import { printable } from './output/printable.ts';
import { truncate } from './output/width.ts';
import { widthOf, type Terminal } from './world.ts';

/** What goes on, on stderr: one line that is written anew on a terminal, plain lines when something changes elsewhere. */
export class StatusLine {
  readonly #out: Terminal;
  readonly #isSilent: boolean;
  readonly #told = new Map<string, string>();
  #isShown = false;

  constructor(out: Terminal, isSilent: boolean) {
    this.#out = out;
    this.#isSilent = isSilent;
  }

  /** What `subject` waits for. `detail` changes often (a percentage, seconds left): shown only where lines are rewritten. */
  tell(subject: string, reason: string, detail = ''): void {
    if (this.#isSilent) return;
    const width = widthOf(this.#out);
    if (width === null) {
      if (this.#told.get(subject) !== reason) this.#out.write(`${printable(subject)}: ${printable(reason)}\n`);
      this.#told.set(subject, reason);
      return;
    }
    this.#told.set(subject, reason);
    const others = this.#told.size > 1 ? ` (and ${this.#told.size - 1} more)` : '';
    this.#out.write(`\r\u001b[K${truncate(printable(`${subject}: ${reason}${detail === '' ? '' : ` ${detail}`}${others}`), width - 1)}`);
    this.#isShown = true;
  }

  done(subject: string): void {
    this.#told.delete(subject);
    this.clear();
  }

  clear(): void {
    if (this.#isShown) this.#out.write('\r\u001b[K');
    this.#isShown = false;
  }
}

export function progressBar(percent: number): string {
  const filled = Math.round(Math.max(0, Math.min(100, percent)) / 5);
  return `[${'#'.repeat(filled)}${'.'.repeat(20 - filled)}] ${Math.floor(percent)} %`;
}
