import type { Command } from 'commander';
import { completes } from '../completion-sources.ts';
import { forEach } from '../each.ts';
import type { Run } from '../kind-cli.ts';
import { cloudOptions, outputOptions } from '../options.ts';
import { printData, printRows } from '../output/print.ts';
import { printable } from '../output/printable.ts';

interface Token {
  readonly name: string;
  readonly type: string;
  readonly host: string | null;
  readonly state: string;
  readonly createdAt: string;
  readonly lastUsedAt: string | null;
  readonly expiresAt: string | null;
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
    .option('--expires-at <time>', 'when it ends, e.g. 2031-12-31T23:59:59Z (default: when it is revoked)')
    .option('--host <name>', "make it the token of this host's agent, good for nothing else");
  outputOptions(cloudOptions(create)).action(
    run(async (session, { expiresAt, host }, name: string) => {
      const made = await session.client.request('POST', '/v1/tokens', {
        body: { name, ...(expiresAt === undefined ? {} : { expiresAt }), ...(host === undefined ? {} : { host }) },
      });
      if (!session.isForPeople && session.format !== 'name') return printData(session, made);
      if (session.options.quiet !== true) session.tellError(`Token ${printable(made.name)}; it is shown only now:\n`);
      await session.print(`${printable(made.secret)}\n`);
    }),
  );

  outputOptions(
    cloudOptions(
      group.command('list').alias('ls').summary('list them, without their secrets').description('Lists API tokens, without their secrets.'),
    ),
  ).action(
    run(async (session) => {
      const { items }: { items: Token[] } = await session.client.request('GET', '/v1/tokens');
      if (session.format === 'name') return session.print(items.map(({ name }) => `${printable(name)}\n`).join(''));
      if (!session.isForPeople) return printData(session, items);
      await printRows(
        session,
        ['NAME', 'STATE', 'FOR', 'CREATED', 'LAST USED', 'EXPIRES'],
        items.map((token) => [
          token.name,
          token.state,
          token.host === null ? token.type : `host ${token.host}`,
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
