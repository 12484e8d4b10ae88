import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { root } from '../tidy/source-files.ts';
import { until, type RealCloud } from './real-cloud.ts';

/** `npm start` or `stratus up` as somebody has it in a terminal, in a process group as a terminal makes one. */
export class ForegroundStart {
  readonly #child: ChildProcess;
  readonly #ended: Promise<number | null>;
  said = '';

  constructor(cloud: RealCloud, program: 'npm' | 'stratus', ...args: string[]) {
    const argv = program === 'npm' ? ['npm', 'start', '--'] : [join(root, 'bin/stratus'), 'up'];
    this.#child = spawn('nsenter', [cloud.inNamespace, ...argv, ...args], {
      cwd: root,
      env: { ...cloud.env, npm_config_update_notifier: 'false' },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) stream?.on('data', (chunk: Buffer) => (this.said += chunk.toString()));
    this.#ended = new Promise((resolve) => this.#child.on('close', resolve));
  }

  /** Its last line but for Ctrl-C's own is there: all runs. */
  async untilUp(): Promise<void> {
    await until('it says that all runs', async () => {
      if (this.#child.exitCode !== null) throw new Error(this.said);
      return this.said.includes('Ctrl-C stops');
    });
  }

  /** A terminal's Ctrl-C reaches every process of the group. False: it had ended. */
  ctrlC(): boolean {
    try {
      return process.kill(-(this.#child.pid as number), 'SIGINT');
    } catch {
      return false;
    }
  }

  /** Its exit code. */
  ended(): Promise<number | null> {
    return this.#ended;
  }

  /** The command that it says to log in by. */
  get sshLine(): string {
    return /^Your machine: (ssh .+)$/m.exec(this.said)?.[1] ?? '';
  }
}
