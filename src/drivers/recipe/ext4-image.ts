import { readdir } from 'node:fs/promises';
import { MiB } from '../../core/units.ts';
import { runTool } from './run-tool.ts';

export interface Ext4Options {
  readonly label: string;
  readonly uuid: string;
  /** Bytes, a multiple of 1 MiB. */
  readonly sizeBytes: number;
  /** Seconds since 1970: the only time that appears in the image. */
  readonly epoch: number;
  readonly signal: AbortSignal;
}

/** Writes an ext4 image that holds the folder's content, without mounting anything. */
export async function makeExt4(image: string, folder: string, options: Ext4Options): Promise<void> {
  await runTool(
    [
      ...['mke2fs', '-q', '-F', '-t', 'ext4', '-b', '4096', '-I', '256', '-i', '16384', '-m', '1'],
      ...['-L', options.label, '-U', options.uuid],
      ...['-E', `root_owner=0:0,hash_seed=${options.uuid},lazy_itable_init=1,lazy_journal_init=1`],
      ...['-d', folder, image, `${options.sizeBytes / MiB}M`],
    ],
    { doing: 'writing the root file system', signal: options.signal, env: { E2FSPROGS_FAKE_TIME: String(options.epoch), PATH: pathWithSbin() } },
  );
}

/**
 * Makes every file of the image belong to root and carry the one time: the owner and the change times of
 * the building machine are of no use in a guest, and without them equal input gives equal images.
 */
export async function normaliseExt4(image: string, folder: string, options: Ext4Options): Promise<void> {
  const names = (await readdir(folder, { recursive: true })).sort();
  const time = `@${options.epoch}`;
  const commands = ['', ...names].flatMap((name) => [
    ...['uid', 'gid'].map((field) => `sif "/${name}" ${field} 0`),
    ...['atime', 'ctime', 'mtime', 'crtime'].map((field) => `sif "/${name}" ${field} ${time}`),
  ]);
  await runTool(['debugfs', '-w', '-f', '-', image], {
    doing: 'setting owners and times in the root file system',
    signal: options.signal,
    input: `${commands.join('\n')}\n`,
    env: { E2FSPROGS_FAKE_TIME: String(options.epoch), PATH: pathWithSbin() },
  });
}

export function pathWithSbin(...first: string[]): string {
  return [...first, process.env['PATH'] ?? '', '/usr/sbin', '/sbin'].join(':');
}
