import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Client } from '../../src/cli/client.ts';
import { homePaths, readPrivate } from '../../src/local/home.ts';
import { root } from '../tidy/source-files.ts';

const run = promisify(execFile);
let made = 0;

/** A whole cloud as its user starts it, in a home of its own, and in a network namespace of its own or beside another cloud. */
export class RealCloud {
  readonly name = `stc${process.pid}-${++made}`;
  readonly home = homePaths(`/var/tmp/${this.name}`);
  readonly port = 7500 + made;
  readonly namespace: string;

  private constructor(beside: RealCloud | null) {
    this.namespace = beside?.namespace ?? this.name;
  }

  static async make(beside: RealCloud | null = null): Promise<RealCloud> {
    const cloud = new RealCloud(beside);
    if (beside === null) {
      await run('ip', ['netns', 'add', cloud.namespace]);
      await run('ip', ['-n', cloud.namespace, 'link', 'set', 'lo', 'up']);
    }
    mkdirSync(cloud.home.dir, { mode: 0o711 });
    const packages = process.env['STRATUS_TEST_PACKAGES'];
    if (packages !== undefined) symlinkSync(packages, cloud.home.packagesDir);
    return cloud;
  }

  /** `stratus <args>` on this cloud's machine. */
  async stratus(...args: string[]): Promise<{ stdout: string; stderr: string }> {
    return run('nsenter', [this.inNamespace, join(root, 'bin/stratus'), ...args], { env: this.env, timeout: 280_000, maxBuffer: 16 * 1024 * 1024 });
  }

  /** For nsenter, which unlike `ip netns exec` leaves /sys as it is: control groups are there as on any machine. */
  get inNamespace(): string {
    return `--net=/run/netns/${this.namespace}`;
  }

  get env(): NodeJS.ProcessEnv {
    return { ...process.env, STRATUS_HOME: this.home.dir, NO_COLOR: '1', XDG_CONFIG_HOME: join(this.home.dir, 'xdg') };
  }

  up(...args: string[]): Promise<{ stdout: string; stderr: string }> {
    return this.stratus('up', '--detach', '--port', String(this.port), '--no-nat', ...args);
  }

  get client(): Client {
    return new Client({ url: `unix:${this.home.serverSocket}`, token: readPrivate(this.home.adminToken) });
  }

  /** In the cloud's network namespace: what a person on that machine would type. */
  async onMachine(program: string, ...args: string[]): Promise<string> {
    return (await run('nsenter', [this.inNamespace, program, ...args], { timeout: 60_000 })).stdout;
  }

  ssh(instance: { spec: { nics: { address: string }[]; image: { loginUser: string } } }, command: string): Promise<string> {
    const address = instance.spec.nics[0]?.address ?? '';
    const options = ['-o', 'StrictHostKeyChecking=no', '-o', 'UserKnownHostsFile=/dev/null', '-o', 'LogLevel=ERROR', '-o', 'ConnectTimeout=10'];
    return this.onMachine('ssh', '-i', this.home.adminKey, ...options, `${instance.spec.image.loginUser}@${address}`, command);
  }

  /** Process ids by what their command lines say; only those that live in this cloud's home. */
  pids(of: 'server' | 'agent' | 'qemu' | 'everything'): number[] {
    const forms = {
      server: [' server --home '],
      agent: [' agent --home '],
      qemu: ['qemu-system'],
      everything: [' --home ', 'qemu-system', 'libvirtd', 'virtlogd', 'dnsmasq', 'tini', 'reaper.sh'],
    }[of];
    return readdirSync('/proc').flatMap((entry) => {
      if (!/^\d+$/.test(entry)) return [];
      const command = readOrEmpty(`/proc/${entry}/cmdline`).replaceAll('\0', ' ');
      const isOurs = command.includes(this.home.dir) || sees(entry, this.home.dir);
      return isOurs && forms.some((form) => command.includes(form)) && Number(entry) !== process.pid ? [Number(entry)] : [];
    });
  }

  /** SIGKILL, as a crash would. */
  kill(of: Parameters<RealCloud['pids']>[0]): number {
    const pids = this.pids(of);
    for (const pid of pids) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // Ended meanwhile.
      }
    }
    return pids.length;
  }

  /** For whoever has to find out why a test failed: what runs, and what the two daemons said last. */
  lastWords(): string {
    const logs = (['server', 'agent'] as const).map((name) => {
      const lines = readOrEmpty(this.home.logFile(name)).trimEnd().split('\n');
      const telling = lines.filter((line) => !line.includes('"msg":"request"'));
      return `${name}: process ${this.pids(name).join(' ') || 'none'}\n${telling.slice(-15).join('\n').slice(-6_000)}`;
    });
    return [...logs, `guests: ${this.pids('qemu').length}`].join('\n');
  }

  async destroy(): Promise<void> {
    if (existsSync(this.home.cloudFile)) await this.stratus('destroy', '--yes');
    this.kill('everything');
    if (this.namespace === this.name) await run('ip', ['netns', 'del', this.namespace]);
    rmSync(this.home.dir, { recursive: true, force: true });
  }
}

/** Waits until `ask` gives something else than false, null or undefined; what it throws meanwhile is told at the end. */
export async function until<T>(what: string, ask: () => Promise<T | false | null | undefined>, timeoutMs = 180_000): Promise<T> {
  const deadlineMs = performance.now() + timeoutMs;
  let last: unknown = null;
  for (;;) {
    try {
      const answer = await ask();
      if (answer !== false && answer !== null && answer !== undefined) return answer;
      last = answer;
    } catch (error) {
      last = error;
    }
    if (performance.now() > deadlineMs) throw new Error(`waited ${timeoutMs / 1_000} s in vain: ${what}`, { cause: last });
    await pause(100);
  }
}

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** libvirt's daemons and guests do not name the home: they see it mounted at libvirt's usual places. */
function sees(pid: string, homeDir: string): boolean {
  return readOrEmpty(`/proc/${pid}/mountinfo`).includes(`${homeDir}/libvirt/`);
}
