import { randomInt } from 'node:crypto';
import type { Command } from 'commander';
import { completes } from '../../cli/completion-sources.ts';
import { forEach } from '../../cli/each.ts';
import { addFlags, bodyOf, flagsOf } from '../../cli/flags.ts';
import type { Run, WireResource } from '../../cli/kind-cli.ts';
import { finish, labelsIn, timeoutMs } from '../../cli/kind-commands.ts';
import { cloudOptions, labelOption, outputOptions, waitOptions, wholeNumber } from '../../cli/options.ts';
import { printResources } from '../../cli/output/print.ts';
import type { Session } from '../../cli/session.ts';
import { follow } from '../../cli/waiting.ts';
import { limits } from '../../core/limits.ts';
import { madeUpName } from '../../core/made-up-name.ts';
import { sshKeyKind } from '../ssh-key/ssh-key.ts';
import { instanceCli } from './instance.cli.ts';
import { instanceKind } from './instance.ts';
import { userDataBody, userDataOptions } from './user-data.cli.ts';

const flags = flagsOf(instanceKind.create, ['image', 'userData', 'userDataBase64']);

/** `stratus launch IMAGE`: everything that can be left out has a good default. */
export function addLaunch(program: Command, run: Run): void {
  const command = completes(
    program
      .command('launch <image>')
      .summary('make an instance and wait until you can log in')
      .description('Makes an instance from an image and waits until you can log in.'),
    { kind: 'image' },
  );
  command.option('--name <name>', 'what to call it (default: a made-up name)');
  command.option('--count <number>', `so many at once, named NAME-1, NAME-2, …; at most ${limits.instancesPerRequestMax}`, wholeNumber);
  addFlags(command, flags).option('--no-key', 'nobody may log in (default: all SSH keys of the project may)');
  userDataOptions(command);
  labelOption(command, 'a tag of your own');
  command.option('--dry-run', 'only tell what would be made and where, or why not; nothing is changed');
  waitOptions(outputOptions(cloudOptions(command, instanceKind))).action(run(launch));
}

interface LaunchOptions {
  readonly name?: string;
  readonly count?: number;
  readonly key?: readonly string[] | boolean;
  readonly label?: readonly string[];
  readonly start?: boolean;
  readonly dryRun?: boolean;
  readonly wait?: boolean;
  readonly timeout?: number;
  readonly userData?: string;
  readonly cloudConfig?: string;
}

async function launch(session: Session, options: LaunchOptions, image: string): Promise<void> {
  const { name = madeUpName(randomInt), count } = options;
  const body = {
    ...bodyOf(flags, { ...options, key: undefined }),
    ...(await userDataBody(session.world, options)),
    ...labelsIn(options),
    name,
    image,
    keys: await keysFor(session, options),
  };
  const query = session.scope(instanceKind);
  if (options.dryRun === true)
    return tellForecast(session, count === undefined ? '' : '/batch', query, count === undefined ? body : { ...body, count });
  const made =
    count === undefined
      ? [await session.create('/v1/instances', { query, body })]
      : ((await session.create('/v1/instances/batch', { query, body: { ...body, count } })).items ?? []);
  const goal = options.start === false ? 'settled' : 'ready';
  const byName = new Map(made.map((instance) => [instance.name, instance]));
  if (!session.isForPeople)
    return printResources(
      session,
      instanceCli,
      await forEach(session, [...byName.keys()], (each) => awaited(session, byName.get(each) as WireResource, goal, options)),
      count === undefined,
    );
  if (count === undefined) session.status.tell(name, `is made from ${image}`);
  await forEach(session, [...byName.keys()], async (each) => {
    const done = await finish(session, instanceCli, byName.get(each) as WireResource, goal, '');
    if (count === undefined && done.state === 'running')
      await session.say(`Address: ${done.spec.nics[0]?.address ?? 'none'}\nLog in:  stratus ssh ${done.name}`);
  });
}

interface Forecast {
  readonly items: readonly WireResource[];
  readonly hosts: readonly { id: string; name: string; vcpus: { asked: number; free: number }; memoryMib: { asked: number; free: number } }[];
}

async function tellForecast(session: Session, path: string, query: object, body: unknown): Promise<void> {
  const { items, hosts } = await session.client.request<Forecast>('POST', `/v1/instances${path}`, { query: { ...query, dryRun: true }, body });
  if (!session.isForPeople) return printResources(session, instanceCli, [...items], path === '');
  for (const { name, spec } of items) {
    const host = hosts.find(({ id }) => id === spec.host)?.name ?? spec.host;
    await session.say(`${name} would run on ${host} with address ${spec.nics[0]?.address ?? 'none'}`);
  }
  for (const { name, vcpus, memoryMib } of hosts)
    await session.say(`On ${name}: ${vcpus.asked} of ${vcpus.free} free vCPUs, ${memoryMib.asked} of ${memoryMib.free} MiB of free memory`);
}

async function awaited(session: Session, instance: WireResource, goal: string, options: LaunchOptions): Promise<WireResource> {
  if (options.wait === false) return instance;
  return (await follow(session, instanceKind, instance, goal, timeoutMs(options))) ?? instance;
}

/** Whoever holds a key of the project may log in, unless it is said who. */
async function keysFor(session: Session, { key }: LaunchOptions): Promise<readonly string[]> {
  if (Array.isArray(key)) return key as readonly string[];
  if (key === false) return [];
  const keys: string[] = [];
  for await (const page of session.pages(sshKeyKind, {}, limits.keysPerInstanceMax)) keys.push(...page.map((each) => each.name));
  if (keys.length === 0 && session.options.quiet !== true)
    session.tellError(
      `There is no SSH key in this project: nobody can log in to the instance.\n  → Make one first: stratus key create me --generate\n`,
    );
  return keys;
}
