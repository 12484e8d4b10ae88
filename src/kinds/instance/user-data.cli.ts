import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { CommandError } from '../../cli/exit-codes.ts';
import type { World } from '../../cli/world.ts';
import { limits } from '../../core/limits.ts';
import { formatBytes } from '../../core/units.ts';

interface UserDataOptions {
  readonly userData?: string;
  readonly cloudConfig?: string;
}

export function userDataOptions(command: Command): Command {
  return command
    .option('--user-data <file>', 'what the guest does at its first boot: a script, cloud-config or MIME multipart; - for stdin')
    .option('--cloud-config <file>', 'the same, a YAML file for cloud-init; - for stdin');
}

/** The fields of create that these options stand for. Bytes that are no text travel as base64. */
export async function userDataBody(world: World, { userData, cloudConfig }: UserDataOptions): Promise<Record<string, string>> {
  if (userData !== undefined && cloudConfig !== undefined)
    throw new CommandError(
      'usage',
      '--user-data and --cloud-config exclude each other.',
      'Put both into one MIME multipart file, and give that with --user-data.',
    );
  const path = userData ?? cloudConfig;
  if (path === undefined) return {};
  const bytes = await readInput(world, path);
  if (bytes.length > limits.userDataBytesMax)
    throw new CommandError(
      'usage',
      `${path} has ${formatBytes(bytes.length)}: user-data may have ${formatBytes(limits.userDataBytesMax)}.`,
      'Gzip it, or let it fetch the rest from somewhere.',
    );
  const text = bytes.toString('utf8');
  if (!Buffer.from(text, 'utf8').equals(bytes)) return { userDataBase64: bytes.toString('base64') };
  return { userData: cloudConfig !== undefined && !text.startsWith('#cloud-config') ? `#cloud-config\n${text}` : text };
}

/** A file's content, or with `-` what comes from stdin. */
export async function readInput(world: World, path: string): Promise<Buffer> {
  if (path === '-') {
    const chunks: Buffer[] = [];
    for await (const chunk of world.stdin) chunks.push(Buffer.from(chunk as Buffer));
    return Buffer.concat(chunks);
  }
  try {
    return readFileSync(path);
  } catch (error) {
    throw new CommandError(
      'usage',
      `${path} cannot be read: ${(error as NodeJS.ErrnoException).code === 'ENOENT' ? 'there is no such file' : (error as Error).message}.`,
    );
  }
}
