import { spawn } from 'node:child_process';
import { open } from 'node:fs/promises';
import type { Accelerator } from '../../ports/hypervisor.ts';
import { probeArguments } from './probe-rom.ts';

/** What the probe needs of the machine. */
export interface ProbeWorld {
  /** `ok`, or the error code of opening it for reading and writing, e.g. `ENOENT`. */
  openForWriting(path: string): Promise<string>;
  runQemu(accelerator: Accelerator, romPath: string, timeoutMs: number): Promise<QemuEnd>;
}

export interface QemuEnd {
  /** QEMU's exit status; `timeout`: it was ended; `killed`: by somebody else; or an error code such as `ENOENT`. */
  readonly status: number | string;
  readonly elapsedMs: number;
  /** The last line that QEMU wrote to its error output, at most 300 characters. */
  readonly complaint: string;
}

export const qemuPath = '/usr/bin/qemu-system-x86_64';

export const probeWorld: ProbeWorld = {
  async openForWriting(path) {
    try {
      await (await open(path, 'r+')).close();
      return 'ok';
    } catch (error) {
      return (error as NodeJS.ErrnoException).code ?? 'unknown';
    }
  },

  runQemu(accelerator, romPath, timeoutMs) {
    return new Promise((resolve) => {
      const startedMs = performance.now();
      const qemu = spawn(qemuPath, probeArguments(accelerator, romPath), { stdio: ['ignore', 'ignore', 'pipe'] });
      let errors = '';
      let timedOut = false;
      const timer = setTimeout(() => {
        timedOut = true;
        qemu.kill('SIGKILL');
      }, timeoutMs);
      const finish = (status: number | string) => {
        clearTimeout(timer);
        resolve({ status, elapsedMs: performance.now() - startedMs, complaint: errors.trim().split('\n').at(-1)!.slice(0, 300) });
      };
      qemu.stderr.on('data', (chunk: Buffer) => (errors = (errors + chunk.toString()).slice(-4000)));
      qemu.once('error', (error: NodeJS.ErrnoException) => finish(error.code ?? error.message));
      qemu.once('close', (code) => finish(timedOut ? 'timeout' : (code ?? 'killed')));
    });
  },
};
