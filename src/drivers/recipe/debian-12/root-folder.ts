import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { runTool } from '../run-tool.ts';

export const guestFiles = join(import.meta.dirname, 'guest');

const leftOut = [
  ...['path-exclude=/usr/share/doc/*', 'path-include=/usr/share/doc/*/copyright', 'path-exclude=/usr/share/man/*'],
  ...['path-exclude=/usr/share/info/*', 'path-exclude=/usr/share/locale/*', 'path-include=/usr/share/locale/locale.alias'],
];
const progressIntervalMs = 500;

export interface RootFolder {
  readonly root: string;
  /** A flat repository with every package that is needed. */
  readonly repository: string;
  readonly packages: readonly string[];
  readonly packageCount: number;
  readonly epoch: number;
  readonly onPercent: (percent: number) => void;
  readonly signal: AbortSignal;
}

/**
 * Installs the packages into an empty root folder, in namespaces of its own: its mounts and every process
 * of the packages' scripts end with it, whatever ends it, and there is no network that it could use.
 */
export async function installRoot(folder: RootFolder): Promise<void> {
  const hook = (name: string) => `sh '${join(guestFiles, name).replaceAll("'", `'\\''`)}' "$1"`;
  const argv = [
    ...['unshare', '--mount', '--pid', '--net', '--ipc', '--fork', '--kill-child', '--'],
    ...['mmdebstrap', '--mode=root', '--variant=apt', '--format=directory', `--include=${folder.packages.join(',')}`],
    ...['--aptopt=APT::Install-Recommends "false"', '--aptopt=Acquire::Languages "none"', '--aptopt=APT::Sandbox::User "root"'],
    ...['--dpkgopt=force-unsafe-io', ...leftOut.map((option) => `--dpkgopt=${option}`)],
    ...[`--setup-hook=${hook('setup-hook.sh')}`, `--essential-hook=${hook('essential-hook.sh')}`],
    ...['bookworm', folder.root, `deb [trusted=yes] copy:${encodeURI(folder.repository)} ./`],
  ];
  const timer = setInterval(() => {
    void countUnpacked(folder.root).then((count) => folder.onPercent(Math.min(99, Math.floor((100 * count) / folder.packageCount))));
  }, progressIntervalMs);
  try {
    await runTool(argv, {
      doing: 'installing packages',
      signal: folder.signal,
      env: { SOURCE_DATE_EPOCH: String(folder.epoch), DEBIAN_FRONTEND: 'noninteractive' },
    });
  } finally {
    clearInterval(timer);
  }
}

async function countUnpacked(root: string): Promise<number> {
  const names = await readdir(join(root, 'var/lib/dpkg/info')).catch(() => []);
  return names.filter((name) => name.endsWith('.list')).length;
}
