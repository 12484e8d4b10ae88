import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { bounds } from './bounds.ts';
import { readCertificate, type Certificate } from './certificate.ts';
import { readLsc } from './lsc.ts';
import { blocksOf } from './pem.ts';
import { WatchedFiles, type TrustProblem } from './watched-files.ts';

type ServerFile = { readonly chains: readonly (readonly string[])[] } | { readonly certificates: readonly Certificate[] };

/** Who may sign for one virtual organisation. */
export interface VomsServers {
  /** Host, lower case → the chains of names that its LSC file allows. */
  readonly chains: ReadonlyMap<string, readonly (readonly string[])[]>;
  /** Certificates that lie there themselves. */
  readonly certificates: readonly Certificate[];
}

/** A directory as /etc/grid-security/vomsdir: a folder for each virtual organisation. */
export class VomsDirectory {
  readonly #path: string;
  #folders = new Map<string, WatchedFiles<ServerFile>>();
  #servers: ReadonlyMap<string, VomsServers> = new Map();
  #problems: readonly TrustProblem[] = [];

  constructor(path: string) {
    this.#path = path;
  }

  get problems(): readonly TrustProblem[] {
    return this.#problems;
  }

  serversOf(vo: string): VomsServers | null {
    return this.#servers.get(vo) ?? null;
  }

  /** True: something is other than at the last look. */
  async look(): Promise<boolean> {
    let isChanged = false;
    const problems: TrustProblem[] = [];
    const servers = new Map<string, VomsServers>();
    const folders = new Map<string, WatchedFiles<ServerFile>>();
    for (const vo of await this.#organisations(problems)) {
      const folder = this.#folders.get(vo) ?? new WatchedFiles<ServerFile>(bytesMax, readServerFile);
      folders.set(vo, folder);
      const chains = new Map<string, readonly (readonly string[])[]>();
      const certificates: Certificate[] = [];
      const look = await folder.look(join(this.#path, vo));
      isChanged ||= look.isChanged;
      for (const file of look.files) {
        if ('problem' in file) problems.push(file);
        else if ('chains' in file.content) chains.set(basename(file.path, '.lsc').toLowerCase(), file.content.chains);
        else certificates.push(...file.content.certificates);
      }
      servers.set(vo, { chains, certificates });
    }
    isChanged ||= [...this.#folders.keys()].some((vo) => !folders.has(vo));
    this.#folders = folders;
    this.#servers = servers;
    this.#problems = problems;
    return isChanged;
  }

  async #organisations(problems: TrustProblem[]): Promise<string[]> {
    const names: string[] = [];
    try {
      for (const name of (await readdir(this.#path)).toSorted().slice(0, bounds.filesMax)) {
        const path = join(this.#path, name);
        const isFolder = (await stat(path).catch(() => null))?.isDirectory() === true;
        if (isFolder) names.push(name);
        // It would speak for every organisation.
        else if (bytesMax(name) !== null) problems.push({ path, problem: 'is in no folder of a virtual organisation, and does not count' });
      }
    } catch (error) {
      problems.push({ path: this.#path, problem: `cannot be read (${(error as { code?: string }).code ?? 'unknown'})` });
    }
    return names;
  }
}

function bytesMax(name: string): number | null {
  return /\.(lsc|pem|\d+)$/.test(name) ? bounds.fileBytesMax : null;
}

function readServerFile(name: string, bytes: Buffer): ServerFile {
  if (name.endsWith('.lsc')) return { chains: readLsc(bytes.toString('utf8')) };
  return { certificates: blocksOf(bytes, 'CERTIFICATE', 'the certificate').map(readCertificate) };
}
