import type { Command } from 'commander';
import type { Kind } from '../core/kind.ts';
import { oneOf, spoken, withArticle } from '../core/words.ts';
import { ApiError } from './client.ts';
import { completes } from './completion-sources.ts';
import { forEach, PartlyDone } from './each.ts';
import { addFlags, bodyOf, flagsOf } from './flags.ts';
import type { KindCli, Run, WireResource } from './kind-cli.ts';
import { addShare } from './share-commands.ts';
import { told } from './told.ts';
import { cloudOptions, labelOption, labelsOf, outputOptions, waitOptions, wholeNumber } from './options.ts';
import { printPages, printResources } from './output/print.ts';
import { pathOf, type Session } from './session.ts';
import { follow, type Goal } from './waiting.ts';
import { waitSecondsDefault } from './wait-default.ts';

/** `stratus quota set` says it for projects and people alike. */
const saidElsewhere: ReadonlySet<string> = new Set(['set-quota']);

/** Everything that follows from a kind's model: `stratus <kind> create|list|show|update|rename|label|delete|<verbs>`. */
export function addKindCommands(group: Command, cli: KindCli, run: Run, slice: { isDeletable: boolean }): Command {
  const { kind } = cli;
  if (kind.create !== null) addCreate(group, cli, run);
  addList(group, kind, run);
  addShow(group, cli, run);
  if (kind.update !== null) addUpdate(group, cli, run);
  if (kind.canBeShared === true) addShare(group, cli, run);
  for (const verb of Object.keys(kind.verbs)) if (cli.ownVerbs?.includes(verb) !== true && !saidElsewhere.has(verb)) addVerb(group, cli, verb, run);
  if (slice.isDeletable) addDelete(group, cli, run);
  cli.commands?.(group, run);
  return group;
}

function addCreate(group: Command, cli: KindCli, run: Run): void {
  const { kind } = cli;
  const flags = flagsOf(kind.create, cli.create?.replaces);
  const command = addFlags(
    group
      .command('create <name>')
      .summary(`make ${aOrAn(kind)}`)
      .description(`Makes ${aOrAn(kind)}: ${lowerFirst(kind.says)}`),
    flags,
  );
  cli.create?.options(command);
  labelOption(command, 'a tag of your own');
  waitOptions(outputOptions(cloudOptions(command, kind)), cli.waitSeconds);
  command.action(
    run(async (session, options, name) => {
      const body = { name, ...labelsIn(options), ...bodyOf(flags, options), ...(await cli.create?.body(session, options)) };
      const made = await session.create(`/v1/${kind.plural}`, { query: session.scope(kind), body });
      await finish(session, cli, made, 'settled', 'is there');
    }),
  );
}

export function addList(group: Command, kind: Kind, run: Run, name = 'list'): Command {
  const command = group
    .command(name)
    .summary(`list ${spoken(kind.plural)}`)
    .description(`Lists ${spoken(kind.plural)}, all of them unless --limit says otherwise.`);
  if (name === 'list') command.alias('ls');
  if (kind.states.length > 1) command.option('--state <state>', `only those in this state: ${kind.states.join(', ')}`);
  command.option('--name <name>', 'only the one of this name');
  labelOption(command, 'only those with this label');
  command.option('--limit <number>', 'at most so many', wholeNumber);
  if (kind.scope === 'project') command.option('--all-projects', 'of all projects');
  outputOptions(cloudOptions(command, kind));
  return command.action(
    run(async (session, { state, name: only, label, limit, allProjects }) => {
      const query = { state, name: only, label, ...(allProjects === true ? { project: '*' } : {}) };
      await printPages(session, kind, session.pages(kind, query, limit));
    }),
  );
}

export function addShow(group: Command, cli: KindCli, run: Run): void {
  const { kind } = cli;
  const command = completes(
    group
      .command('show <name...>')
      .alias('get')
      .summary(`show all about ${aOrAn(kind)}`)
      .description(`Shows all about one or several ${spoken(kind.plural)}.`),
    { kind: kind.name },
  );
  command
    .option('--wait', 'wait first until it is as asked for')
    .option('--timeout <seconds>', `wait at most this long, 0 for ever (default: ${cli.waitSeconds ?? waitSecondsDefault})`, wholeNumber);
  outputOptions(cloudOptions(command, kind)).action(
    run(async (session, options, refs: string[]) => {
      const read = async (ref: string) => {
        const found = await session.get(kind, ref);
        return options.wait === true ? ((await follow(session, kind, found, 'settled', timeoutMs(options, cli.waitSeconds))) ?? found) : found;
      };
      await printAll(session, cli, refs, () => forEach(session, refs, read));
    }),
  );
}

/** Those that were found are printed also when others were not. */
async function printAll(session: Session, cli: KindCli, refs: readonly string[], reading: () => Promise<WireResource[]>): Promise<void> {
  try {
    await printResources(session, cli, await reading(), refs.length === 1);
  } catch (error) {
    if (error instanceof PartlyDone && error.results.length > 0) await printResources(session, cli, error.results as WireResource[], false);
    throw error;
  }
}

function addUpdate(group: Command, cli: KindCli, run: Run): void {
  const { kind } = cli;
  const flags = flagsOf(kind.update);
  const patch = async (session: Session, ref: string, body: unknown, headers: Record<string, string> = {}) =>
    session.client.request<WireResource>('PATCH', pathOf(kind, ref), { query: session.scope(kind), body, headers });

  if (flags.length > 0) {
    const command = completes(
      group
        .command('update <name...>')
        .summary(`change ${aOrAn(kind)}`)
        .description(`Changes one or several ${spoken(kind.plural)}.`),
      { kind: kind.name },
    );
    waitOptions(outputOptions(cloudOptions(addFlags(command, flags), kind)), cli.waitSeconds).action(
      run(async (session, options, refs: string[]) => {
        const body = bodyOf(flags, options);
        if (Object.keys(body).length === 0)
          command.error(`error: nothing to change: give at least one of ${flags.map((flag) => flag.name).join(', ')}`);
        await forEach(session, refs, async (ref) => finish(session, cli, await patch(session, ref, body), 'settled', 'is changed'));
      }),
    );
  }

  if (kind.fixedNames === undefined) {
    const rename = completes(
      group
        .command('rename <name> <new-name>')
        .summary(`give ${aOrAn(kind)} another name`)
        .description(`Gives ${aOrAn(kind)} another name.`),
      { kind: kind.name },
      { words: [] },
    );
    outputOptions(cloudOptions(rename, kind)).action(
      run(async (session, _options, ref: string, name: string) => {
        await told(session, cli, await patch(session, ref, { name }), `was ${ref}`);
      }),
    );
  }

  const label = completes(
    group.command('label <name> <labels...>').summary('set or take away labels').description('Sets labels (key=value) or takes them away (key-).'),
    { kind: kind.name },
    { words: [] },
  );
  outputOptions(cloudOptions(label, kind)).action(
    run(async (session, _options, ref: string, changes: string[]) => {
      const after = await ontoNewest(async () => {
        const before = await session.get(kind, ref);
        return patch(session, before.id, { labels: labelsOf(changes, before.labels) }, { 'if-match': `"${before.revision}"` });
      });
      await told(
        session,
        cli,
        after,
        Object.entries(after.labels)
          .map(([key, value]) => `${key}=${value}`)
          .join(' ') || 'has no labels',
      );
    }),
  );
}

/** Labels are changed one by one but kept as a whole: on top of what somebody else has just written. */
async function ontoNewest<T>(change: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await change();
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== 'CHANGED_MEANWHILE' || attempt >= 10) throw error;
    }
  }
}

export function addVerb(group: Command, cli: KindCli, verb: string, run: Run): void {
  const { kind } = cli;
  const entry = kind.verbs[verb];
  if (entry === undefined) throw new Error(`${kind.name} has no verb ${verb}`);
  const flags = flagsOf(entry.body);
  const command = completes(
    group
      .command(`${verb} <name...>`)
      .summary(lowerFirst(entry.says).replace(/\.$/, ''))
      .description(`${entry.says} Possible when ${aOrAn(kind)} is ${oneOf(entry.from)}.`),
    { kind: kind.name },
  );
  waitOptions(outputOptions(cloudOptions(addFlags(command, flags), kind)), cli.waitSeconds).action(
    run(async (session, options, refs: string[]) => {
      const body = bodyOf(flags, options);
      await forEach(session, refs, async (ref) => {
        const asked = await session.client.request<WireResource>('POST', pathOf(kind, ref, verb), {
          query: session.scope(kind),
          ...(entry.body === null ? {} : { body }),
        });
        await finish(session, cli, asked, 'settled', '');
      });
    }),
  );
}

export function addDelete(group: Command, cli: KindCli, run: Run): void {
  const { kind } = cli;
  const command = completes(
    group
      .command('delete <name...>')
      .alias('rm')
      .summary(`delete ${spoken(kind.plural)}`)
      .description(`Deletes one or several ${spoken(kind.plural)}, at once and for good.`),
    { kind: kind.name },
  );
  waitOptions(outputOptions(cloudOptions(command, kind)), cli.waitSeconds).action(
    run(async (session, options, refs: string[]) => {
      await forEach(session, refs, async (ref) => {
        const found = await session.get(kind, ref);
        const deleting = await session.client.request<WireResource | ''>('DELETE', pathOf(kind, found.id));
        if (deleting !== '' && deleting !== null && options.wait !== false)
          await follow(session, kind, deleting, 'gone', timeoutMs(options, cli.waitSeconds));
        if (session.format === 'name') await session.print(`${found.name}\n`);
        else await session.say(`${found.name} ${options.wait === false && deleting !== '' && deleting !== null ? 'is being deleted' : 'is deleted'}`);
      });
    }),
  );
}

/** Waits as asked, then tells how it is. */
export async function finish(session: Session, cli: KindCli, resource: WireResource, goal: Goal, what: string): Promise<WireResource> {
  const { options } = session;
  const startedMs = session.world.now();
  const done =
    options.wait === false ? resource : ((await follow(session, cli.kind, resource, goal, timeoutMs(options, cli.waitSeconds))) ?? resource);
  const took = session.world.now() - startedMs;
  const state = cli.kind.states.length > 1 ? `is ${done.state}` : what;
  const waits = options.wait === false && !done.settled && done.status.waitingFor != null ? `: ${done.status.waitingFor.reason}` : '';
  await told(session, cli, done, `${state}${waits}${took >= 1_000 ? ` (${(took / 1_000).toFixed(1)} s)` : ''}`);
  return done;
}

export function timeoutMs(options: { readonly timeout?: number }, defaultSeconds: number = waitSecondsDefault): number {
  return (options.timeout ?? defaultSeconds) * 1_000;
}

export function labelsIn(options: { readonly label?: readonly string[] }): { labels?: Record<string, string> } {
  return options.label === undefined ? {} : { labels: labelsOf(options.label) };
}

const aOrAn = ({ name }: Kind) => withArticle(name);
const lowerFirst = (text: string) => text.slice(0, 1).toLowerCase() + text.slice(1);
