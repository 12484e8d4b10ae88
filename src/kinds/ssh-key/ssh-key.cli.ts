import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { CommandError } from '../../cli/exit-codes.ts';
import type { KindCli } from '../../cli/kind-cli.ts';
import type { World } from '../../cli/world.ts';
import { sshKeyKind } from './ssh-key.ts';

interface KeyOptions {
  readonly file?: string;
  readonly publicKey?: string;
  readonly generate?: boolean;
  readonly out?: string;
}

export const sshKeyCli: KindCli = {
  kind: sshKeyKind,
  create: {
    replaces: ['publicKey'],
    options: (command) =>
      command
        .option('--file <path>', 'a .pub file (default: ~/.ssh/id_ed25519.pub, or ~/.ssh/id_rsa.pub)')
        .option('--public-key <text>', 'the key itself, one line')
        .option('--generate', 'make a new pair with ssh-keygen; its private half stays on this machine')
        .option('--out <path>', 'with --generate: where its private half goes (default: ~/.ssh/stratus_ed25519)'),
    body: async (session, options) => ({ publicKey: await publicKey(session.world, options, (text) => session.tellError(text)) }),
  },
};

async function publicKey(world: World, options: KeyOptions, tell: (text: string) => void): Promise<string> {
  const given = [options.file, options.publicKey, options.generate].filter((each) => each !== undefined);
  if (given.length > 1) throw new CommandError('usage', 'A key comes from one place.', 'Give one of --file, --public-key or --generate.');
  if (options.publicKey !== undefined) return options.publicKey.trim();
  const sshDir = join(world.env['HOME'] || homedir(), '.ssh');
  if (options.generate === true) {
    const path = options.out ?? join(sshDir, 'stratus_ed25519');
    await generate(path);
    tell(`The new private key is ${path}: stratus ssh -i ${path} NAME\n`);
    return read(`${path}.pub`);
  }
  if (options.file !== undefined) return read(options.file);
  const found = ['id_ed25519.pub', 'id_ecdsa.pub', 'id_rsa.pub'].map((name) => join(sshDir, name)).find((path) => existsSync(path));
  if (found === undefined)
    throw new CommandError('usage', `There is no public key in ${sshDir}.`, 'Give one with --file, or make a new pair with --generate.');
  return read(found);
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (error) {
    throw new CommandError(
      'usage',
      `${path} cannot be read: ${(error as NodeJS.ErrnoException).code === 'ENOENT' ? 'there is no such file' : (error as Error).message}.`,
    );
  }
}

async function generate(path: string): Promise<void> {
  if (existsSync(path))
    throw new CommandError('conflict', `${path} exists already.`, `Use it with --file ${path}.pub, or choose another place with --out.`);
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  await promisify(execFile)('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'stratus', '-f', path]).catch((error: unknown) => {
    throw new CommandError('refused', `ssh-keygen failed: ${(error as Error).message}`, 'Is openssh-client installed?');
  });
}
