import { Option, type Command } from 'commander';
import { cloudRoles, projectRoles } from '../../core/role.ts';
import { completes } from '../completion-sources.ts';
import { forEach } from '../each.ts';
import { secondsOf } from '../durations.ts';
import type { Run } from '../kind-cli.ts';
import { cloudOptions, outputOptions } from '../options.ts';
import { namesIn } from '../output/names.ts';
import { printData, printRows } from '../output/print.ts';
import { printable } from '../output/printable.ts';

interface Token {
  readonly name: string;
  readonly owner: string;
  readonly oneTime: boolean;
  readonly scope: Scope | null;
  readonly type: string;
  readonly host: string | null;
  readonly state: string;
  readonly createdAt: string;
  readonly lastUsedAt: string | null;
  readonly expiresAt: string | null;
}

interface Scope {
  readonly project: string | null;
  readonly role: string | null;
  readonly verbs: readonly string[] | null;
  readonly addresses: readonly string[] | null;
}

const several = (text: string, before: readonly string[] | undefined) => [...(before ?? []), text];

/** `project physics, viewer, from 192.0.2.0/24`; empty: it is good for all that its owner may. */
function limitsOf({ scope, oneTime }: Token, names: ReadonlyMap<string, string>): string {
  const { project = null, role = null, verbs = null, addresses = null } = scope ?? {};
  return [
    ...(project === null ? [] : [`project ${names.get(project) ?? project}`]),
    ...(role === null ? [] : [role]),
    ...(verbs ?? []),
    ...(addresses === null ? [] : [`from ${addresses.join(' ')}`]),
    ...(oneTime ? ['one request'] : []),
  ].join(', ');
}

export function addToken(program: Command, run: Run): void {
  const group = program
    .command('token')
    .alias('tokens')
    .summary('API tokens, for programs')
    .description('API tokens: what programs log in with, as `Authorization: Bearer …` or STRATUS_TOKEN.');

  const create = group
    .command('create <name>')
    .summary('make one; it is shown this once')
    .description('Makes an API token and shows its secret, this once.');
  create
    .option('--project <name>', 'good only for what this project has')
    .addOption(new Option('--role <role>', 'good for no more than this role, whatever you may').choices([...projectRoles, ...cloudRoles]))
    .option('--verb <subject.verb>', 'good only for these: instance.start, instance.*, *.read (may be repeated)', several)
    .option('--address <prefix>', 'good only from there: 192.0.2.7, 2001:db8::/32 (may be repeated)', several)
    .option('--one-time', 'good for a single request')
    .option('--expires <duration>', 'it ends after this time, e.g. 12h or 30d (default: when it is revoked)')
    .addOption(new Option('--expires-at <time>', 'the same as a time, e.g. 2031-12-31T23:59:59Z').conflicts('expires'))
    .option('--host <name>', "make it the token of this host's agent, good for nothing else");
  outputOptions(cloudOptions(create)).action(
    run(async (session, { expires, expiresAt, host, project, role, verb, address, oneTime }, name: string) => {
      const end = expires === undefined ? expiresAt : new Date(session.world.now() + secondsOf(expires) * 1_000).toISOString();
      const made = await session.client.request('POST', '/v1/tokens', {
        body: { name, expiresAt: end, host, project, role, verbs: verb, addresses: address, oneTime },
      });
      if (!session.isForPeople && session.format !== 'name') return printData(session, made);
      if (session.options.quiet !== true) session.tellError(`Token ${printable(made.name)}; it is shown only now:\n`);
      await session.print(`${printable(made.secret)}\n`);
    }),
  );

  outputOptions(
    cloudOptions(
      group
        .command('list')
        .alias('ls')
        .summary('list them, without their secrets')
        .description('Lists API tokens, without their secrets.')
        .option('--all', "everybody's, for administrators and auditors"),
    ),
  ).action(
    run(async (session, { all }) => {
      const { items }: { items: Token[] } = await session.client.request('GET', '/v1/tokens', { query: all === true ? { all: 'true' } : {} });
      if (session.format === 'name') return session.print(items.map(({ name }) => `${printable(name)}\n`).join(''));
      if (!session.isForPeople) return printData(session, items);
      const names = await namesIn(
        session,
        items.map(({ owner, scope }) => [all === true ? owner : null, scope?.project]),
      );
      await printRows(
        session,
        ['NAME', ...(all === true ? ['OWNER'] : []), 'STATE', 'FOR', 'LIMITED TO', 'CREATED', 'LAST USED', 'EXPIRES'],
        items.map((token) => [
          token.name,
          ...(all === true ? [names.get(token.owner) ?? token.owner] : []),
          token.state,
          token.host === null ? token.type : `host ${token.host}`,
          limitsOf(token, names),
          token.createdAt,
          token.lastUsedAt ?? 'never',
          token.expiresAt ?? 'never',
        ]),
      );
    }),
  );

  const revoke = completes(
    group.command('revoke <name...>').alias('delete').summary('make one worthless, at once').description('Makes one or several worthless, at once.'),
    { kind: 'token' },
  );
  cloudOptions(revoke).action(
    run(async (session, _options, refs: string[]) => {
      await forEach(session, refs, async (ref) => {
        await session.client.request('DELETE', `/v1/tokens/${encodeURIComponent(ref)}`);
        await session.say(`${ref} is revoked`);
      });
    }),
  );
}
