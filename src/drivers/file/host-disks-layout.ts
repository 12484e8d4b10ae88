import { chmodSync, chownSync, lstatSync, mkdirSync, readFileSync } from 'node:fs';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { isId } from '../../core/ids.ts';
import { DriverError } from '../../core/driver-error.ts';
import type { InstancePaths } from '../../ports/host-disks.ts';
import { days } from '../../core/units.ts';

/** Whom QEMU runs as: may pass through our directories, open disks and make sockets; nobody else may. */
export interface QemuUser {
  readonly uid: number;
  readonly gid: number;
}

/** The kernel's limit for the path of a unix socket, without the closing zero. Source: unix(7). */
const socketPathBytesMax = 107;
const partialKeptMs = 7 * days;
const digestForm = /^[0-9a-f]{64}$/;

/**
 * Where everything lies below one directory:
 *
 *     images/<sha256>             bases, 0444
 *     images/<sha256>.partial     what has come of a base so far
 *     images/<sha256>.used        empty; its time is when the base was last asked for
 *     instances/<instance id>/    disk.qcow2 swap.raw seed.iso console.log serial.sock vnc.sock
 *     work/                       half-made things; whatever is here at start is swept
 *
 * Only names of a checked form are ever joined to a path, so nothing leads out of the directory.
 */
export class HostDisksLayout {
  readonly dir: string;
  readonly images: string;
  readonly instances: string;
  readonly work: string;
  readonly #qemuUser: QemuUser | null;

  constructor(dir: string, qemuUser: QemuUser | null) {
    this.dir = resolve(dir);
    this.images = join(this.dir, 'images');
    this.instances = join(this.dir, 'instances');
    this.work = join(this.dir, 'work');
    this.#qemuUser = qemuUser;
    mkdirSync(this.dir, { recursive: true, mode: 0o711 });
    // QEMU has to pass through; what else lies in `dir` keeps its own modes.
    const mode = lstatSync(this.dir).mode & 0o7777;
    if (qemuUser !== null && (mode & 0o011) !== 0o011) chmodSync(this.dir, mode | 0o011);
    this.#ensureDirectory(this.images, 0o710);
    this.#ensureDirectory(this.instances, 0o710);
    // QEMU cannot come in here, so nothing half-made can be swapped under our hands.
    this.#ensureDirectory(this.work, 0o700);
  }

  image(sha256: string): string {
    if (!digestForm.test(sha256)) throw new DriverError(`not a SHA-256 digest: ${JSON.stringify(sha256.slice(0, 80))}`, { retry: 'never' });
    return join(this.images, sha256);
  }

  /** How an instance's disk names its base: relative, so that the whole directory can be moved. */
  baseName(sha256: string): string {
    this.image(sha256);
    return `../../images/${sha256}`;
  }

  /** The digest of the base that a disk names; null when it names anything but one of our bases. */
  digestOfBase(name: string): string | null {
    for (const prefix of ['../../images/', `${this.images}/`]) {
      if (name.startsWith(prefix) && digestForm.test(name.slice(prefix.length))) return name.slice(prefix.length);
    }
    return null;
  }

  instance(instanceId: string): string {
    if (!isId('i', instanceId)) throw new DriverError(`not an instance id: ${JSON.stringify(instanceId.slice(0, 80))}`, { retry: 'never' });
    return join(this.instances, instanceId);
  }

  paths(instanceId: string): InstancePaths {
    const dir = this.instance(instanceId);
    const paths = {
      disk: join(dir, 'disk.qcow2'),
      seed: join(dir, 'seed.iso'),
      swap: join(dir, 'swap.raw'),
      consoleLog: join(dir, 'console.log'),
      serialSocket: join(dir, 'serial.sock'),
      vncSocket: join(dir, 'vnc.sock'),
    };
    if (Buffer.byteLength(paths.serialSocket) > socketPathBytesMax) {
      throw new DriverError(`the directory ${this.dir} is too long for the sockets of an instance: the kernel takes ${socketPathBytesMax} bytes`, {
        retry: 'never',
      });
    }
    return paths;
  }

  /** Sticky, so that QEMU, which makes its sockets here, cannot replace files that are not its own. */
  ensureInstance(instanceId: string): InstancePaths {
    const paths = this.paths(instanceId);
    this.#ensureDirectory(this.instance(instanceId), 0o1770);
    return paths;
  }

  /** Group and mode for a file that QEMU opens. */
  giveToQemu(path: string, mode: number): void {
    if (this.#qemuUser !== null) chownSync(path, process.getuid?.() ?? 0, this.#qemuUser.gid);
    chmodSync(path, mode);
  }

  async listInstances(): Promise<string[]> {
    return (await readdir(this.instances)).filter((name) => isId('i', name)).toSorted();
  }

  async listImages(): Promise<string[]> {
    return (await readdir(this.images)).filter((name) => digestForm.test(name)).toSorted();
  }

  /** A fresh directory of our own for something half-made, on the same file system as where it goes. */
  workArea(purpose: string): Promise<string> {
    return mkdtemp(join(this.work, `${purpose}-`));
  }

  /** Where an instance's directory goes to be removed. Not made: on a full disk there is no room for a new directory. */
  removed(instanceId: string): string {
    return join(this.work, `removed-${instanceId}`);
  }

  /** Removes what a killed predecessor left half-made. Transfers that may go on are kept for a week. */
  async sweep(): Promise<void> {
    for (const name of await readdir(this.work)) await rm(join(this.work, name), { recursive: true, force: true });
    for (const name of await readdir(this.images)) {
      if (!/^[0-9a-f]{64}\.partial$/.test(name)) continue;
      const path = join(this.images, name);
      if (Date.now() - (await stat(path)).mtimeMs > partialKeptMs) await rm(path, { force: true });
    }
  }

  #ensureDirectory(path: string, mode: number): void {
    mkdirSync(path, { recursive: true, mode });
    const seen = lstatSync(path);
    if (!seen.isDirectory()) throw new DriverError(`${path} is in the way: it is not a directory`, { retry: 'never' });
    if (this.#qemuUser !== null && seen.gid !== this.#qemuUser.gid) chownSync(path, seen.uid, this.#qemuUser.gid);
    if ((seen.mode & 0o7777) !== mode) chmodSync(path, mode);
  }
}

/** The user that QEMU runs as, with the group of the same name where there is one; null when unknown here. */
export function lookUpQemuUser(name = 'libvirt-qemu', etc = '/etc'): QemuUser | null {
  const fields = (file: string) =>
    readFileSync(join(etc, file), 'utf8')
      .split('\n')
      .map((line) => line.split(':'))
      .find((line) => line[0] === name);
  const user = fields('passwd');
  if (user === undefined) return null;
  const gid = Number(fields('group')?.[2] ?? user[3]);
  const uid = Number(user[2]);
  return Number.isSafeInteger(uid) && Number.isSafeInteger(gid) ? { uid, gid } : null;
}
