import { execFile, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';

const call = promisify(execFile);

export interface PlainGuestOptions {
  readonly image: string;
  readonly memoryMib: number;
  readonly cpus?: number;
  readonly machine?: 'pc' | 'q35';
  readonly firmware?: 'bios' | 'uefi';
  /** The disk's size as the guest sees it; at least the image's. */
  readonly diskSizeBytes: number;
  /** Contents of the seed disk by file name; `PUBLIC_KEY` in a text stands for the guest's login key. */
  readonly seed: Readonly<Record<string, string | Uint8Array>>;
  readonly loginUser: string;
  readonly mac?: string;
  /** QEMU arguments beside the usual; `SWAP` in one stands for the path of the swap disk. */
  readonly more?: readonly string[];
}

/** One guest under plain QEMU with user-mode networking, all inside a network namespace of its own. */
export class PlainGuest {
  readonly dir: string;
  readonly #namespace: string;
  #qemu: ChildProcess | null = null;
  #options: PlainGuestOptions;
  startedAt = 0;

  private constructor(dir: string, options: PlainGuestOptions) {
    this.dir = dir;
    this.#namespace = `recipe-${process.pid}-${Math.random().toString(36).slice(2, 8)}`;
    this.#options = options;
  }

  /** Makes disk, seed and namespace; nothing runs yet. */
  static async prepare(options: PlainGuestOptions): Promise<PlainGuest> {
    const guest = new PlainGuest(await mkdtemp(join(tmpdir(), 'plain-guest-')), options);
    const at = (name: string) => join(guest.dir, name);
    await call('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', at('key')]);
    await call('qemu-img', ['create', '-q', '-f', 'qcow2', '-F', 'qcow2', '-b', options.image, at('disk.qcow2'), String(options.diskSizeBytes)]);
    await guest.writeSeed(options.seed);
    await call('ip', ['netns', 'add', guest.#namespace]);
    await call('ip', ['-n', guest.#namespace, 'link', 'set', 'lo', 'up']);
    return guest;
  }

  async writeSeed(seed: PlainGuestOptions['seed']): Promise<void> {
    const key = (await readFile(join(this.dir, 'key.pub'), 'utf8')).trim();
    for (const [name, content] of Object.entries(seed)) {
      await writeFile(join(this.dir, name), typeof content === 'string' ? content.replaceAll('PUBLIC_KEY', key) : content);
    }
    const files = Object.keys(seed).map((name) => join(this.dir, name));
    await call('genisoimage', ['-quiet', '-V', 'cidata', '-J', '-r', '-o', join(this.dir, 'seed.iso'), ...files]);
  }

  /** A disk as the cloud gives it for swapping. */
  async addSwapDisk(sizeMib: number): Promise<void> {
    const path = join(this.dir, 'swap.raw');
    await call('truncate', ['-s', `${sizeMib}M`, path]);
    await call('/sbin/mkswap', ['--label', 'stratus-swap', path]);
  }

  async start(): Promise<void> {
    const { machine = 'pc', memoryMib, cpus = 1, mac = '52:54:00:00:00:01', firmware = 'bios', more = [] } = this.#options;
    const at = (name: string) => join(this.dir, name);
    const uefi = [
      '-drive',
      'if=pflash,format=raw,readonly=on,file=/usr/share/OVMF/OVMF_CODE_4M.fd',
      '-drive',
      `if=pflash,format=raw,file=${at('vars.fd')}`,
    ];
    if (firmware === 'uefi') await writeFile(at('vars.fd'), await readFile('/usr/share/OVMF/OVMF_VARS_4M.fd'));
    const argv = [
      ...['-accel', 'tcg,tb-size=64', '-M', machine, '-cpu', 'Nehalem', '-m', String(memoryMib), '-smp', String(cpus), '-nodefaults'],
      ...['-no-user-config', '-display', 'none', '-vga', 'std', '-serial', `file:${at('console.log')}`],
      ...['-drive', `file=${at('disk.qcow2')},format=qcow2,if=none,id=disk,discard=unmap`, '-device', 'virtio-blk-pci,drive=disk,bootindex=1'],
      ...['-drive', `file=${at('seed.iso')},format=raw,if=none,id=seed,readonly=on`, '-device', 'virtio-blk-pci,drive=seed'],
      ...['-netdev', 'user,id=net,hostfwd=tcp:127.0.0.1:2222-:22', '-device', `virtio-net-pci,netdev=net,mac=${mac},romfile=`],
      ...['-device', 'virtio-rng-pci', '-device', 'virtio-balloon-pci', '-device', 'virtio-serial-pci'],
      ...['-chardev', `socket,id=agent,server=on,wait=off,path=${at('agent.sock')}`],
      ...['-device', 'virtserialport,chardev=agent,name=org.qemu.guest_agent.0'],
      ...['-qmp', `unix:${at('qmp.sock')},server=on,wait=off`],
      ...(firmware === 'uefi' ? uefi : []),
      ...more.map((one) => one.replace('SWAP', at('swap.raw'))),
    ];
    this.startedAt = Date.now();
    this.#qemu = spawn('ip', ['netns', 'exec', this.#namespace, 'qemu-system-x86_64', ...argv], { stdio: ['ignore', 'ignore', 'inherit'] });
  }

  /** Runs a command in the guest over SSH with the key; gives its output. */
  async ssh(...command: string[]): Promise<string> {
    const options = [
      '-o',
      'StrictHostKeyChecking=no',
      '-o',
      'UserKnownHostsFile=/dev/null',
      '-o',
      'BatchMode=yes',
      '-o',
      'ConnectTimeout=3',
      '-o',
      'LogLevel=ERROR',
    ];
    const login = ['-p', '2222', '-i', join(this.dir, 'key'), `${this.#options.loginUser}@127.0.0.1`];
    const { stdout } = await call('ip', ['netns', 'exec', this.#namespace, 'ssh', '-F', 'none', ...options, ...login, ...command]);
    return stdout.trim();
  }

  /** Tries until a login succeeds; gives the ms since power-on. */
  async untilLogin(timeoutMs: number): Promise<number> {
    for (;;) {
      try {
        await this.ssh('true');
        return Date.now() - this.startedAt;
      } catch (error) {
        if (Date.now() - this.startedAt > timeoutMs) throw new Error(`no login; the console says:\n${await this.console()}`, { cause: error });
        await delay(100);
      }
    }
  }

  async console(): Promise<string> {
    return readFile(join(this.dir, 'console.log'), 'utf8');
  }

  async untilConsole(pattern: RegExp, timeoutMs: number): Promise<string> {
    for (const end = Date.now() + timeoutMs; ; await delay(100)) {
      const text = await this.console().catch(() => '');
      if (pattern.test(text)) return text;
      if (Date.now() > end) throw new Error(`the console never said ${pattern}:\n${text}`);
    }
  }

  /** CPU time of the emulator so far, seconds (Linux counts in 1/100 s). */
  async cpuSeconds(): Promise<number> {
    const fields = (await readFile(`/proc/${this.#qemu?.pid}/stat`, 'utf8')).split(') ')[1]?.split(' ') ?? [];
    return (Number(fields[11]) + Number(fields[12])) / 100;
  }

  /** Presses the power button. */
  async pressPowerButton(): Promise<void> {
    await this.#tell('qmp.sock', '{"execute":"qmp_capabilities"}\n{"execute":"system_powerdown"}\n');
  }

  /** Sends one line to the guest agent and gives its answer. */
  async askAgent(line: string): Promise<string> {
    return this.#tell('agent.sock', `${line}\n`, true);
  }

  async untilOff(timeoutMs: number): Promise<void> {
    const qemu = this.#qemu;
    if (qemu === null || qemu.exitCode !== null) return;
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => void this.console().then((text) => reject(new Error(`the guest is still on:\n${text}`))), timeoutMs);
      qemu.once('exit', () => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  async remove(): Promise<void> {
    if (this.#qemu !== null && this.#qemu.exitCode === null && this.#qemu.signalCode === null) {
      this.#qemu.kill('SIGKILL');
      await new Promise((resolve) => this.#qemu?.once('exit', resolve));
    }
    await call('ip', ['netns', 'del', this.#namespace]).catch(() => {});
    await rm(this.dir, { recursive: true, force: true });
  }

  async #tell(socket: string, text: string, answered = false): Promise<string> {
    return new Promise((resolve, reject) => {
      let answer = '';
      const connection = connect(join(this.dir, socket), () => connection.write(text));
      connection.setEncoding('utf8').on('data', (data: string) => {
        answer += data;
        const lines = answer.split('\n').length - 1;
        if (answered ? lines >= 1 : lines >= 3) connection.destroy();
      });
      connection.on('error', reject).on('close', () => resolve(answer));
    });
  }
}
