import type { Command } from 'commander';
import { checkedFingerprint, checkedUrl, chooseCloud, localCloud } from '../cloud.ts';
import { completes } from '../completion-sources.ts';
import { readConfig, writeConfig, type Config } from '../config-file.ts';
import { CommandError } from '../exit-codes.ts';
import { nearest } from '../nearest.ts';
import { defaultHomeDir } from '../../local/home.ts';
import { outputOptions } from '../options.ts';
import { printData, printRows } from '../output/print.ts';
import { Session } from '../session.ts';
import type { World } from '../world.ts';

/** `stratus context`: the clouds that this user knows. Asks no cloud. */
export function addContext(program: Command, _run: unknown, world: World): void {
  const group = program
    .command('context')
    .alias('contexts')
    .summary('the clouds that you know')
    .description('The clouds that you know, and which one is meant.');
  const act =
    (work: (options: Record<string, string | undefined>, ...args: string[]) => Promise<void>) =>
    async (...args: unknown[]) =>
      work((args.at(-1) as Command).opts(), ...(args.slice(0, -2) as string[]));
  const names = { kind: 'context' };

  outputOptions(
    group.command('list').alias('ls').summary('list them').description('Lists the clouds that you know. The current one has a star.'),
  ).action(act((options) => listContexts(world, options)));
  outputOptions(
    completes(
      group
        .command('show [name]')
        .summary('show one, or which cloud is meant')
        .description('Shows one, or without a name the cloud that commands speak to.'),
      names,
    ),
  ).action(
    act(async (options, name) => {
      const cloud = await chooseCloud(world.env, name);
      const { fingerprint = null } = cloud.endpoint;
      const shown = {
        name: cloud.name,
        url: cloud.endpoint.url,
        ...(fingerprint === null ? {} : { fingerprint }),
        project: cloud.project,
        hasToken: cloud.endpoint.token !== null,
      };
      const session = new Session(world, options, cloud);
      if (!session.isForPeople && session.format !== 'name') return printData(session, shown);
      await session.print(
        session.format === 'name'
          ? `${shown.name}\n`
          : `Name:     ${shown.name}\nAddress:  ${shown.url}\n${fingerprint === null ? '' : `Pinned:   ${fingerprint}\n`}Project:  ${shown.project ?? 'default'}\nToken:    ${shown.hasToken ? 'there is one' : 'none'}\n`,
      );
    }),
  );
  completes(
    group
      .command('use <name>')
      .summary('make one the current one')
      .description("Makes one the current one: commands speak to it unless told otherwise. `local` is this machine's own."),
    names,
  ).action(
    act(async (_options, name = '') => {
      const config = await readConfig(world.env);
      if (name !== 'local') known(config, name);
      await writeConfig(world.env, { ...config, current: name === 'local' ? null : name });
      world.stdout.write(`${name} is the current cloud\n`);
    }),
  );
  group
    .command('add <name>')
    .summary('add one by hand')
    .description('Adds a cloud by hand; `stratus login` does it with user and password.')
    .requiredOption('--url <address>', 'where it is')
    .option('--token <token>', 'API token')
    .option('--fingerprint <sha256>', 'of its certificate, where no authority vouches for it')
    .option('--in-project <name>', 'project that is meant there')
    .action(
      act(async ({ url = '', token, fingerprint, inProject }, name = '') => {
        if (name === 'local' || !/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/.test(name))
          throw new CommandError(
            'usage',
            `${name} cannot be the name of a context.`,
            "Use letters, digits, dots, hyphens and underscores; `local` is this machine's own.",
          );
        const config = await readConfig(world.env);
        const context = {
          url: checkedUrl(url),
          ...(token === undefined ? {} : { token }),
          ...(inProject === undefined ? {} : { project: inProject }),
          ...(fingerprint === undefined ? {} : { fingerprint: checkedFingerprint(fingerprint) ?? '' }),
        };
        await writeConfig(world.env, { current: config.current ?? name, contexts: { ...config.contexts, [name]: context } });
        world.stdout.write(`${name} is known${config.current === null ? ' and current' : ''}\n`);
      }),
    );
  completes(group.command('remove <name>').alias('rm').summary('forget one').description('Forgets one, its token too.'), names).action(
    act(async (_options, name = '') => {
      const config = await readConfig(world.env);
      known(config, name);
      const { [name]: _gone, ...contexts } = config.contexts;
      await writeConfig(world.env, { current: config.current === name ? null : config.current, contexts });
      world.stdout.write(`${name} is forgotten\n`);
    }),
  );
}

function known(config: Config, name: string): void {
  if (config.contexts[name] !== undefined) return;
  const near = nearest(name, Object.keys(config.contexts));
  throw new CommandError(
    'notFound',
    `There is no context ${name}.`,
    near === null ? 'See what there is: stratus context list.' : `Did you mean ${near}?`,
  );
}

async function listContexts(world: World, options: object): Promise<void> {
  const config = await readConfig(world.env);
  const local = localCloud(world.env['STRATUS_HOME'] || defaultHomeDir);
  const current = await chooseCloud(world.env, undefined).catch(() => null);
  const all = [
    ...(local === null ? [] : [{ name: 'local', url: local.endpoint.url, project: null as string | null }]),
    ...Object.entries(config.contexts).map(([name, { url, project }]) => ({ name, url, project: project ?? null })),
  ].map((each) => ({ ...each, isCurrent: each.name === current?.name }));
  const session = new Session(world, options, current ?? { name: '', endpoint: { url: '', token: null }, project: null, home: null });
  if (session.format === 'name') return session.print(all.map(({ name }) => `${name}\n`).join(''));
  if (!session.isForPeople) return printData(session, all);
  if (all.length === 0) return session.tellError('You know no cloud yet.\n  → Log in with: stratus login URL\n');
  await printRows(
    session,
    ['NAME', 'ADDRESS', 'PROJECT'],
    all.map(({ name, url, project, isCurrent }) => [isCurrent ? `${name} *` : name, url, project ?? '']),
  );
}
