import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { idFromUuid } from '../../src/core/ids.ts';
import type { LibvirtReady, LibvirtStatus } from '../../src/drivers/libvirt/daemon.ts';
import type { DomainConfig } from '../../src/ports/hypervisor.ts';

/** A network namespace with a bridge and a libvirt of its own, for real guests under emulation. */
export class LibvirtHost {
  readonly home = mkdtempSync('/tmp/stratus-lv-');
  readonly bridge = 'br-test';
  readonly #netns = `lv${process.pid}`;
  readonly #worker = fileURLToPath(new URL('libvirt-daemon-call.ts', import.meta.url));
  #socketPath = '';

  constructor() {
    chmodSync(this.home, 0o755);
    execFileSync('ip', ['netns', 'add', this.#netns]);
    for (const args of ['link set lo up', 'link add br-test type bridge', 'link set br-test up']) {
      execFileSync('ip', ['-n', this.#netns, ...args.split(' ')]);
    }
  }

  get socketPath(): string {
    return this.#socketPath;
  }

  /** Starts what is not running. */
  ensureLibvirt(): void {
    this.#socketPath = this.#call<LibvirtReady>('ensure', 'tcg').socketPath;
  }

  status(): LibvirtStatus {
    return this.#call<LibvirtStatus>('status');
  }

  /** SIGKILL; guests keep running. */
  killLibvirtd(): void {
    process.kill(this.status().libvirtdPid!, 'SIGKILL');
  }

  virsh(...args: string[]): string {
    return execFileSync('virsh', ['-q', '-c', `qemu:///system?socket=${this.#socketPath}`, ...args], { encoding: 'utf8', stdio: 'pipe' });
  }

  remove(): void {
    this.#call('stop', 'kill');
    execFileSync('ip', ['netns', 'del', this.#netns]);
    rmSync(this.home, { recursive: true });
  }

  /** A guest whose whole operating system is {@link bootSector}. */
  guest(overrides: Partial<DomainConfig> = {}): DomainConfig {
    const instanceId = idFromUuid('i', crypto.randomUUID());
    const directory = join(this.home, instanceId.slice(-6));
    mkdirSync(directory);
    chmodSync(directory, 0o777);
    const disk = Buffer.alloc(1024 * 1024);
    disk.set(bootSector);
    disk.set([0x55, 0xaa], 510);
    writeFileSync(join(directory, 'disk'), disk);
    return {
      instanceId,
      instanceName: `the <first> & "only" one`,
      vcpus: 1,
      memoryMib: 64,
      firmware: 'bios',
      accelerator: 'tcg',
      disks: [{ path: join(directory, 'disk'), format: 'raw', readOnly: false, serial: 'root', backing: null }],
      nics: [{ mac: '52:54:00:00:00:01', bridge: this.bridge, tap: `t${instanceId.slice(-6)}`, mtuBytes: 1450 }],
      consoleLogPath: join(directory, 'console.log'),
      serialSocketPath: join(directory, 'serial.sock'),
      vncSocketPath: join(directory, 'vnc.sock'),
      ...overrides,
    };
  }

  #call<Answer>(verb: string, argument = ''): Answer {
    const args = [`--net=/run/netns/${this.#netns}`, process.execPath, this.#worker, verb, this.home, argument];
    return JSON.parse(execFileSync('nsenter', args, { encoding: 'utf8' })) as Answer;
  }
}

/**
 * Says `ok` on the serial port, then echoes what it hears. Powers itself off at the power button, or when
 * it hears `q`. The ports are those of the `pc` machine: COM1 at 3f8, power management at 600.
 */
const bootSector = Buffer.from(
  [
    'ba0206 b80001 ef', // enable the power button's bit
    'baf803 b06f ee b06b ee', // o, k
    'fb f4', // again: sleep until the next tick
    'ba0006 ed f6c401 7511', // button pressed: to off
    'bafd03 ec a801 74ed', // nothing heard: again
    'baf803 ec ee 3c71 75e4', // echo; not q: again
    'ba0406 b80020 ef ebfe', // off
  ]
    .join('')
    .replaceAll(' ', ''),
  'hex',
);

export function textOf(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}

export async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 30_000;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`waited in vain until ${what}`);
    await delay(20);
  }
}
