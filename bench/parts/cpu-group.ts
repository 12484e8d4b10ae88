import { mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * Where libvirt's guests stand when processors are short: all together they weigh as much as one group. A QEMU
 * that was started by hand weighs more, so that on a busy machine the two would not be compared with each other
 * but with the rest. This gives it the place that a guest has.
 */
export class CpuGroup {
  readonly #dir: string | null;
  readonly #weight: { readonly file: string; readonly value: string } | null;

  /** @param guestPid of a QEMU that libvirt started. */
  constructor(guestPid: number) {
    const guest = ofCgroup1(guestPid) ?? ofCgroup2(guestPid);
    this.#dir = guest === null ? null : join(dirname(guest.dir), `by-hand-${process.pid}`);
    this.#weight = guest === null ? null : { file: guest.weight, value: readFileSync(join(guest.dir, guest.weight), 'utf8') };
  }

  take(pid: number): void {
    if (this.#dir === null || this.#weight === null) return;
    mkdirSync(this.#dir, { recursive: true });
    writeFileSync(join(this.#dir, this.#weight.file), this.#weight.value);
    writeFileSync(join(this.#dir, 'cgroup.procs'), String(pid));
  }

  /** When nobody is in it any more. */
  remove(): void {
    if (this.#dir !== null) rmdirSync(this.#dir);
  }
}

function ofCgroup1(pid: number): { dir: string; weight: string } | null {
  const line = cgroups(pid).find(([, controllers]) => controllers.split(',').includes('cpu'));
  return line === undefined ? null : found(join('/sys/fs/cgroup', line[1], line[2]), 'cpu.shares');
}

function ofCgroup2(pid: number): { dir: string; weight: string } | null {
  const line = cgroups(pid).find(([number]) => number === '0');
  return line === undefined ? null : found(join('/sys/fs/cgroup', line[2]), 'cpu.weight');
}

/** The guest's own group: below it are those of its threads. */
function found(path: string, weight: string): { dir: string; weight: string } | null {
  const parts = path.split('/');
  const at = parts.findIndex((part) => part.includes('qemu-') || part.includes('qemu\\x2d'));
  return at < 0 ? null : { dir: parts.slice(0, at + 1).join('/'), weight };
}

function cgroups(pid: number): [number: string, controllers: string, path: string][] {
  const lines = readFileSync(`/proc/${pid}/cgroup`, 'utf8').trim().split('\n');
  return lines.map((line) => line.split(':') as [string, string, string]);
}
