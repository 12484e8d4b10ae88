import type { Command } from 'commander';
import { completes } from '../../cli/completion-sources.ts';
import type { KindCli, WireResource } from '../../cli/kind-cli.ts';
import { addMetrics } from '../../cli/metrics.ts';
import { cloudOptions } from '../../cli/options.ts';
import { waitsFor } from '../../cli/output/detail.ts';
import { pathOf } from '../../cli/session.ts';
import { addConsole } from './console.cli.ts';
import { addExtend } from './extend.cli.ts';
import { instanceKind } from './instance.ts';
import { addLog } from './log.cli.ts';
import { addSsh } from './ssh.cli.ts';
import { userDataBody, userDataOptions } from './user-data.cli.ts';

export const instanceCli: KindCli = {
  kind: instanceKind,
  create: {
    replaces: ['userData', 'userDataBase64'],
    options: userDataOptions,
    body: (session, options) => userDataBody(session.world, options),
  },
  summary: (instance) => [...reach(instance), ...failure(instance), ...waitsFor(instance)],
  details: {
    vcpus: 'vCPUs',
    'image.id': null,
    'image.name': 'Image',
    'image.sha256': null,
    'image.format': null,
    'image.sizeBytes': null,
    'image.virtualSizeBytes': null,
    bootSerial: 'Boots asked for',
    force: null,
    sshKeys: 'SSH keys',
    nics: 'Network',
    expiresAt: 'Ends',
    leaseWarnedFor: null,
    userDataSha256: 'User-data SHA-256',
    'seen.domain': 'Machine',
    'seen.bootSerial': 'Boot',
    'seen.hasSavedState': 'Memory saved',
    'seen.rests': null,
    'seen.agentConnected': 'Guest agent',
    'seen.reachableSince': 'Reachable since',
    'seen.startedAt': 'Started',
    'seen.restarts': 'Restarts',
    gone: null,
    // On top already.
    failure: null,
  },
  commands(group, run) {
    addLog(group, run);
    addMetrics(group, run, instanceKind);
    addSsh(group, run);
    addConsole(group, run);
    addUserData(group, run);
    addExtend(group, run);
  },
};

function reach(instance: WireResource): [string, string][] {
  const addresses = (instance.spec.nics as { address: string }[]).map((nic) => nic.address);
  const { seen } = instance.status;
  const isReachable = seen?.reachableSince != null && instance.state === 'running';
  return [
    ['Address', addresses.join(' ')],
    [
      'Log in',
      instance.state === 'running'
        ? `stratus ssh ${instance.name}${isReachable ? '' : '  (its SSH port does not answer yet)'}`
        : `not now: it is ${instance.state}`,
    ],
  ];
}

function failure(instance: WireResource): [string, string][] {
  const found = instance.status.failure as { reason: string; consoleTail: string[] } | null;
  if (found === null) return [];
  return [
    ['Failed', found.reason],
    ...(found.consoleTail.length === 0 ? [] : [['Console', found.consoleTail.slice(-10).join('\n')] as [string, string]]),
  ];
}

function addUserData(group: Command, run: Parameters<NonNullable<KindCli['commands']>>[1]): void {
  const command = completes(
    group
      .command('user-data <name>')
      .summary('show its user-data')
      .description('Shows the user-data that the instance was created with, byte for byte.'),
    { kind: 'instance' },
  );
  cloudOptions(command, instanceKind).action(
    run(async (session, _options, ref: string) => {
      const { userDataBase64 } = await session.client.request('GET', pathOf(instanceKind, ref, 'user-data'), { query: session.scope(instanceKind) });
      if (userDataBase64 === null) session.tellError(`Instance ${ref} has no user-data.\n`);
      else session.world.stdout.write(Buffer.from(userDataBase64, 'base64'));
    }),
  );
}
