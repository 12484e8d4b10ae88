import { createInterface, type Interface } from 'node:readline';
import { Writable } from 'node:stream';
import { AlreadyTold, CommandError, exitCodes } from './exit-codes.ts';
import type { World } from './world.ts';

/** Asks on the terminal, or takes the lines of a piped stdin one by one. */
export class Questions {
  readonly #world: World;
  readonly #terminal: Interface;
  readonly #lines: AsyncIterator<string>;
  #isHidden = false;
  #isInterrupted = false;

  constructor(world: World) {
    this.#world = world;
    // Prompts go to stderr; what is typed comes back only where it may be seen.
    const echo = new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        if (!this.#isHidden) world.stderr.write(chunk);
        done();
      },
    });
    this.#terminal = createInterface({ input: world.stdin, output: echo, terminal: world.stdin.isTTY === true });
    // A terminal that is asked by us tells us of Ctrl-C itself.
    this.#terminal.once('SIGINT', () => {
      this.#isInterrupted = true;
      this.#terminal.close();
    });
    this.#lines = this.#terminal[Symbol.asyncIterator]();
  }

  async ask(prompt: string, isHidden = false): Promise<string> {
    const isTerminal = this.#world.stdin.isTTY === true;
    if (isTerminal) this.#world.stderr.write(prompt);
    this.#isHidden = isHidden;
    const line = await this.#lines.next();
    this.#isHidden = false;
    if (isTerminal && isHidden) this.#world.stderr.write('\n');
    if (this.#isInterrupted) {
      if (!isHidden) this.#world.stderr.write('\n');
      throw new AlreadyTold(exitCodes.interrupted.code);
    }
    if (line.done === true)
      throw new CommandError(
        'usage',
        `${prompt.replace(': ', '')} was not given.`,
        'Give one line for each question on stdin, or run it in a terminal.',
      );
    return line.value;
  }

  close(): void {
    this.#terminal.close();
    this.#world.stdin.pause();
  }
}
