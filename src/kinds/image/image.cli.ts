import { isAbsolute, resolve } from 'node:path';
import { CommandError } from '../../cli/exit-codes.ts';
import type { KindCli, WireResource } from '../../cli/kind-cli.ts';
import { waitsFor } from '../../cli/output/detail.ts';
import type { Session } from '../../cli/session.ts';
import { formatBytes } from '../../core/units.ts';
import { imageKind } from './image.ts';

interface SourceOptions {
  readonly file?: string;
  readonly url?: string;
  readonly sha256?: string;
  readonly sha512?: string;
  readonly recipe?: string;
}

export const imageCli: KindCli = {
  kind: imageKind,
  // Large contents over slow lines, or a build.
  waitSeconds: 3_600,
  create: {
    replaces: ['source'],
    options: (command) =>
      command
        .option('--file <path>', "bring in this file of the cloud's own machine")
        .option('--url <address>', 'download it from here; needs --sha256 or --sha512')
        .option('--sha256 <hex>', 'what the download must have')
        .option('--sha512 <hex>', 'what the download must have')
        .option('--recipe <name>', 'build it from a recipe that ships with the cloud, such as tiny; all of them: stratus recipe list'),
    body: async (session, options) => ({ source: sourceOf(session, options) }),
  },
  details: {
    'source.type': 'From',
    'source.path': 'File',
    'source.url': 'Address',
    'source.checksum.algorithm': 'Checksum by',
    'source.checksum.hex': 'Checksum',
    'source.recipe': 'Recipe',
    memoryMibMin: 'Least memory',
    'content.sha256': 'SHA-256',
    'content.format': 'Format',
    'content.sizeBytes': 'Stored size',
    'content.virtualSizeBytes': 'Disk size',
    // On top already, as what it waits for.
    failure: null,
  },
  summary: (image) => [...content(image), ...waitsFor(image)],
};

function sourceOf(session: Session, { file, url, sha256, sha512, recipe }: SourceOptions): unknown {
  const given = [file, url, recipe].filter((each) => each !== undefined);
  if (given.length !== 1)
    throw new CommandError(
      'usage',
      given.length === 0 ? 'It is not said where the image comes from.' : 'An image comes from one place.',
      'Give one of --file, --url or --recipe.',
    );
  if (recipe !== undefined) return { type: 'recipe', recipe };
  if (file !== undefined) {
    if (session.cloud.home === null && !isAbsolute(file))
      throw new CommandError(
        'usage',
        `${file} is not an absolute path, and this cloud is on another machine.`,
        'Give the absolute path of the file there.',
      );
    return { type: 'file', path: resolve(file) };
  }
  if ((sha256 === undefined) === (sha512 === undefined))
    throw new CommandError('usage', 'A download needs one checksum.', 'Give --sha256 or --sha512, as its publisher tells it.');
  return { type: 'url', url, checksum: sha256 !== undefined ? { algorithm: 'sha256', hex: sha256 } : { algorithm: 'sha512', hex: sha512 } };
}

function content({ status }: WireResource): [string, string][] {
  const { content: stored } = status;
  return stored === null ? [] : [['Size', `${formatBytes(stored.sizeBytes)} stored, a disk of ${formatBytes(stored.virtualSizeBytes)}`]];
}
