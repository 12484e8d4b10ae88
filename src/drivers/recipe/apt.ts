import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DriverError } from '../../core/driver-error.ts';
import { runTool } from './run-tool.ts';

/** One package file as the signed lists of the machine's apt sources describe it. */
export interface PackageFile {
  /** As apt names it, e.g. `busybox-static_1%3a1.35.0-4_amd64.deb`. */
  readonly file: string;
  readonly package: string;
  readonly version: string;
  readonly architecture: string;
  readonly sizeBytes: number;
  /** SHA-256, hex. */
  readonly sha256: string;
}

/**
 * apt with the machine's own sources and keys but with a private state: nothing counts as installed, and
 * nothing of the machine's own package management is read, locked or changed.
 */
export class PrivateApt {
  readonly #dir: string;
  readonly #signal: AbortSignal;

  constructor(dir: string, signal: AbortSignal) {
    this.#dir = dir;
    this.#signal = signal;
  }

  /** Makes the private state and brings the package lists up to date. Needs the outside. */
  async update(): Promise<void> {
    for (const part of ['state/lists/partial', 'cache/archives/partial', 'empty']) await mkdir(join(this.#dir, part), { recursive: true });
    await writeFile(join(this.#dir, 'status'), '');
    // The machine's hooks (docker-clean, PackageKit) are not ours to run; how to reach the sources is.
    const machine = await runTool(['apt-config', 'dump'], { doing: 'reading the configuration of apt', signal: this.#signal });
    const acquire = machine.split('\n').filter((line) => line.startsWith('Acquire::'));
    // A proxy may want a password.
    await rm(this.#config, { force: true });
    await writeFile(this.#config, `${acquire.join('\n')}\n${privateConfig(this.#dir)}`, { mode: 0o600 });
    await this.#run('reading the package lists', ['apt-get', 'update', '-qq', '--error-on=any']);
  }

  /** Everything that these packages (or patterns) need to be installed on an empty system, without recommendations. */
  async closure(packages: readonly string[]): Promise<PackageFile[]> {
    const args = ['apt-get', 'install', '--yes', '--no-install-recommends', '--print-uris', '-qq', '--', ...packages];
    return parsePrintUris(await this.#run('choosing packages', args));
  }

  /** These packages alone. */
  async alone(packages: readonly string[]): Promise<PackageFile[]> {
    return parsePrintUris(await this.#run('choosing packages', ['apt-get', 'download', '--print-uris', '-qq', '--', ...packages]));
  }

  /** Direct dependencies of a package, by name. */
  async dependencies(name: string): Promise<string[]> {
    const text = await this.#run(`asking what ${name} needs`, ['apt-cache', 'depends', '--important', '--', name]);
    return [...text.matchAll(/^\s*\|?(?:Pre)?Depends: ([a-z0-9][a-z0-9.+-]*)$/gm)].map((match) => match[1] as string);
  }

  /** The packages' paragraphs of the lists, as apt has them. */
  async records(files: readonly PackageFile[]): Promise<string> {
    return this.#run('reading package records', ['apt-cache', 'show', '--no-all-versions', '--', ...files.map(exactly)]);
  }

  /** `deb` lines of the Debian sources in use, and the code names that they carry. */
  async debianSources(): Promise<{ lines: string[]; codenames: string[] }> {
    const format = '$(ORIGIN)|$(CODENAME)|$(REPO_URI)|$(RELEASE)|$(COMPONENT)';
    const text = await this.#run('reading the sources', ['apt-get', 'indextargets', '--format', format, 'Created-By: Packages']);
    const lines = new Set<string>();
    const codenames = new Set<string>();
    for (const [origin, codename, uri, release, component] of text
      .trim()
      .split('\n')
      .map((line) => line.split('|'))) {
      if (origin !== 'Debian' || codename === undefined) continue;
      lines.add(`deb ${withoutLogin(uri ?? '')} ${release} ${component}`);
      codenames.add(codename);
    }
    return { lines: [...lines], codenames: [...codenames] };
  }

  /** Brings the files into `dir`; apt checks their digests. `onPercent` gets 0 to 100. */
  async download(files: readonly PackageFile[], dir: string, onPercent: (percent: number) => void): Promise<void> {
    if (files.length === 0) return;
    await mkdir(dir, { recursive: true });
    let percent = 0;
    await runTool(['apt-get', 'download', '-q', '-o', 'APT::Status-Fd=1', '--', ...files.map(exactly)], {
      doing: `downloading ${files.length} packages`,
      signal: this.#signal,
      cwd: dir,
      env: { APT_CONFIG: this.#config },
      onLine: (line) => {
        const match = /^dlstatus:\d+:([\d.]+):/.exec(line);
        const now = Math.floor(Number(match?.[1] ?? 0));
        if (now <= percent) return;
        percent = now;
        onPercent(now);
      },
    });
  }

  get #config(): string {
    return join(this.#dir, 'apt.conf');
  }

  async #run(doing: string, argv: string[]): Promise<string> {
    return runTool(argv, { doing, signal: this.#signal, env: { APT_CONFIG: this.#config } });
  }
}

/** What opens this machine's sources is not for everybody who gets the image. */
export function withoutLogin(uri: string): string {
  return uri.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/]*@/i, '$1');
}

function exactly(file: PackageFile): string {
  return `${file.package}:${file.architecture === 'all' ? 'all' : file.architecture}=${file.version}`;
}

function privateConfig(dir: string): string {
  if (/["\n;]/.test(dir)) throw new DriverError(`the cache folder's name cannot be given to apt: ${dir}`, { retry: 'never' });
  return `Dir::Etc::main "/dev/null";
Dir::Etc::parts "${dir}/empty";
Dir::State "${dir}/state";
Dir::State::status "${dir}/status";
Dir::Cache "${dir}/cache";
APT::Sandbox::User "root";
APT::Get::AllowUnauthenticated "false";
Acquire::Languages "none";
Acquire::ForceHash "sha256";
`;
}

const uriLine = /^'[^']*' (([a-z0-9][a-z0-9.+-]*)_([A-Za-z0-9.+~%-]+)_([a-z0-9]+)\.deb) (\d+) SHA256:([0-9a-f]{64})$/;

/** What `apt-get --print-uris` says: one file a line; other lines (lists, warnings) are not files. */
export function parsePrintUris(text: string): PackageFile[] {
  const files: PackageFile[] = [];
  for (const line of text.split('\n')) {
    if (!line.includes('.deb ')) continue;
    const match = uriLine.exec(line.trim());
    if (match === null) throw new DriverError(`apt describes a package file in a way that is not understood: ${line.slice(0, 200)}`);
    const [, file, name, version, architecture, size, sha256] = match as unknown as string[];
    files.push({
      file: file as string,
      package: name as string,
      version: decodeURIComponent(version as string),
      architecture: architecture as string,
      sizeBytes: Number(size),
      sha256: sha256 as string,
    });
  }
  return files.sort((a, b) => (a.file < b.file ? -1 : 1));
}
