import { spawn } from 'node:child_process';
import { accessSync, constants, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { completes } from '../../cli/completion-sources.ts';
import { configDir } from '../../cli/config-file.ts';
import { AlreadyTold, CommandError } from '../../cli/exit-codes.ts';
import type { Run, WireResource } from '../../cli/kind-cli.ts';
import { cloudOptions } from '../../cli/options.ts';
import type { Session } from '../../cli/session.ts';
import { follow } from '../../cli/waiting.ts';
import { hostKeysIn, isKnownHost, rememberHostKeys } from './host-keys.cli.ts';
import { instanceKind } from './instance.ts';
import { readLogTail } from './log.cli.ts';

/** `stratus ssh NAME [-- command…]`: ends with the exit code of ssh. */
export function addSsh(parent: Command, run: Run): void {
  // What follows the name is the other machine's command, whatever it looks like.
  parent.enablePositionalOptions();
  const command = completes(
    parent
      .command('ssh <name> [command...]')
      .summary('log in to an instance, or run a command there')
      .description('Logs in to an instance over SSH, or runs a command there. Its host key is taken from its serial log at first contact.'),
    { kind: 'instance' },
    { words: [] },
  );
  command
    .option('-l, --login <user>', 'log in as this user (default: what the image says)')
    .option('-i, --identity <file>', "private key (default: the local cloud's, else what ssh itself takes)")
    .option('--print', 'print the command instead of running it')
    .passThroughOptions();
  cloudOptions(command, instanceKind).action(run(ssh));
}

interface SshOptions {
  readonly login?: string;
  readonly identity?: string;
  readonly print?: boolean;
}

async function ssh(session: Session, options: SshOptions, ref: string, remote: readonly string[]): Promise<void> {
  const instance = await session.get(instanceKind, ref);
  const argv = [...(await sshArguments(session, instance, options)), ...(remote[0] === '--' ? remote.slice(1) : remote)];
  if (options.print === true) return session.print(`ssh ${argv.map(quoted).join(' ')}\n`);
  throw new AlreadyTold(await runSsh(session, argv));
}

async function sshArguments(session: Session, instance: WireResource, options: SshOptions): Promise<string[]> {
  const address = instance.spec.nics[0]?.address as string | undefined;
  if (address === undefined) throw new CommandError('conflict', `Instance ${instance.name} has no address.`);
  if (['stopped', 'suspended', 'paused', 'failed', 'deleting'].includes(instance.state)) {
    throw new CommandError(
      'conflict',
      `Instance ${instance.name} is ${instance.state}: nobody can log in.`,
      instance.state === 'deleting' ? null : `See why: stratus show ${instance.name}`,
    );
  }
  await untilReachable(session, instance);
  const identity = options.identity ?? adminKey(session);
  const knownHosts = join(
    configDir(session.world.env),
    'known_hosts',
    session.cloud.name === 'local' ? `local-${fileName(session.cloud.endpoint.url)}` : fileName(session.cloud.name),
  );
  const isTrusted = await knowHost(session, instance, knownHosts);
  return [
    ...(identity === null ? [] : ['-i', identity, '-o', 'IdentitiesOnly=yes']),
    ...['-o', `UserKnownHostsFile=${knownHosts}`],
    // Addresses are given out again; ids never.
    ...['-o', `HostKeyAlias=${instance.id}`, '-o', 'CheckHostIP=no'],
    ...['-o', `StrictHostKeyChecking=${isTrusted ? 'yes' : 'accept-new'}`],
    // A guest that is reset says no good-bye.
    ...['-o', 'ServerAliveInterval=15'],
    ...['-o', 'LogLevel=ERROR', '-l', options.login ?? instance.spec.image.loginUser, '--', address],
  ];
}

/** A guest that boots is waited for; one whose SSH port never answers is tried all the same. */
async function untilReachable(session: Session, instance: WireResource): Promise<void> {
  if (instance.status.seen?.reachableSince != null && instance.settled) return;
  await follow(session, instanceKind, instance, 'ready', bootMsMax).catch((error: unknown) => {
    if (!(error instanceof CommandError) || error.exit !== 'timedOut') throw error;
  });
  session.status.clear();
}

/** A Debian boots in emulation within about a minute. */
const bootMsMax = 120_000;

/** At first contact: the key that the guest printed where nobody else writes. false: it did not, so ssh must believe what it meets. */
async function knowHost(session: Session, instance: WireResource, knownHosts: string): Promise<boolean> {
  if (isKnownHost(knownHosts, instance.id)) return true;
  const log = await readLogTail(session, instance.id).catch(() => '');
  const keys = hostKeysIn(log);
  if (keys.length === 0) mkdirSync(join(knownHosts, '..'), { recursive: true, mode: 0o700 });
  else rememberHostKeys(knownHosts, instance.id, keys);
  return keys.length > 0;
}

function adminKey({ cloud }: Session): string | null {
  if (cloud.home === null) return null;
  try {
    accessSync(cloud.home.adminKey, constants.R_OK);
    return cloud.home.adminKey;
  } catch {
    return null;
  }
}

function runSsh(session: Session, argv: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn('ssh', argv, { stdio: 'inherit', env: { ...session.world.env } });
    child.on('error', (error) =>
      reject(new CommandError('refused', `ssh could not be started: ${error.message}`, 'Install it: apt install openssh-client')),
    );
    child.on('close', (code, signal) => resolve(code ?? (signal === 'SIGINT' ? 130 : 255)));
  });
}

const fileName = (text: string) =>
  text
    .replaceAll(/[^A-Za-z0-9.-]+/g, '-')
    .replaceAll(/^[-.]+|-+$/g, '')
    .slice(0, 100);
const quoted = (word: string) => (/^[A-Za-z0-9_@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);
