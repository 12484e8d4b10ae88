import type { Command } from 'commander';
import { version } from '../../version.ts';
import { AlreadyTold } from '../exit-codes.ts';
import type { Run } from '../kind-cli.ts';
import { cloudOptions, outputOptions } from '../options.ts';
import { printData } from '../output/print.ts';
import { printable } from '../output/printable.ts';
import { Session } from '../session.ts';
import type { World } from '../world.ts';

export function addVersion(program: Command, _run: Run, world: World): void {
  const command = program
    .command('version')
    .summary('versions of this command and of the cloud')
    .description('Shows the version of this command, and of the cloud when one answers.');
  outputOptions(cloudOptions(command.option('--client', 'only of this command'))).action(async (options: { client?: boolean; output?: string }) => {
    const client = { version, node: process.version };
    if (options.client === true) return void world.stdout.write(`stratus ${version}\n`);
    const session = await Session.open(world, options as object).catch(() => null);
    const cloud = session === null ? null : await session.client.request('GET', '/v1').catch(() => null);
    const local = session ?? new Session(world, options as object, { name: '', endpoint: { url: '', token: null }, project: null, home: null });
    if (!local.isForPeople) {
      await printData(local, { client, cloud: cloud === null ? null : { version: cloud.version, url: local.cloud.endpoint.url } });
    } else {
      await local.print(`stratus ${version}, on Node ${process.version}\n`);
      await local.print(cloud === null ? 'no cloud answers\n' : `cloud   ${printable(String(cloud.version))}, at ${local.cloud.endpoint.url}\n`);
    }
    if (cloud === null && session !== null) throw new AlreadyTold(6);
  });
}
