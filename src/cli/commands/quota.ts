import type { Command } from 'commander';
import { quotaNames, quotaSays, type QuotaName } from '../../core/quota.ts';
import { projectKind } from '../../kinds/project/project.ts';
import { userKind } from '../../kinds/user/user.ts';
import { completes } from '../completion-sources.ts';
import { CommandError } from '../exit-codes.ts';
import type { Run } from '../kind-cli.ts';
import { cloudOptions, outputOptions } from '../options.ts';
import { printData, printRows } from '../output/print.ts';
import { pathOf, type Session } from '../session.ts';

interface Usage {
  readonly used: Readonly<Record<QuotaName, number>>;
  readonly limits: Readonly<Record<QuotaName, number | null>>;
}
interface Options {
  readonly user?: string;
}

export function addQuota(program: Command, run: Run): void {
  const group = program
    .command('quota')
    .alias('quotas')
    .summary('what projects and people take, and may take')
    .description('What projects and people take of the cloud, and may take at most.');

  const show = completes(
    group
      .command('show [project]')
      .alias('get')
      .summary('show what is taken, and what may be')
      .description('Shows what a project takes and may take: the one that you are in, unless you name another; or what a person does.'),
    { kind: 'project' },
  );
  outputOptions(cloudOptions(show.option('--user <name>', 'of a person, over all projects'))).action(
    run(async (session, { user }: Options, project?: string) => print(session, await read(session, project, user))),
  );

  const set = completes(
    group
      .command('set <limits...>')
      .usage('[options] [PROJECT] NAME=NUMBER…')
      .summary('limit what a project or a person may take')
      .description(
        `Limits what a project or a person may take: NAME=NUMBER, NAME=none for no limit, NAME=default for what is said of all. Names: ${quotaNames.join(', ')}.`,
      ),
    { words: quotaNames.map((name) => `${name}=`) },
  );
  outputOptions(cloudOptions(set.option('--user <name>', 'a person, over all projects'))).action(
    run(async (session, { user }: Options, [first = '', ...more]: string[]) => {
      const [project, words] = first.includes('=') ? [undefined, [first, ...more]] : [first, more];
      const path = holder(session, project, user);
      await session.client.request('POST', `${path}/set-quota`, { body: limitsIn(words) });
      await print(session, await session.client.request('GET', `${path}/usage`));
    }),
  );
}

function holder(session: Session, project: string | undefined, user: string | undefined): string {
  if (user === undefined) return pathOf(projectKind, project ?? session.project ?? 'default');
  if (project === undefined) return pathOf(userKind, user);
  throw new CommandError('usage', 'A quota is of a project or of a person.', 'Give a project, or --user.');
}

function read(session: Session, project: string | undefined, user: string | undefined): Promise<Usage> {
  return session.client.request('GET', `${holder(session, project, user)}/usage`);
}

function limitsIn(words: readonly string[]): Record<string, number | null | 'default'> {
  if (words.length === 0) throw new CommandError('usage', 'It is not said what to limit.', `Write NAME=NUMBER: ${quotaNames.join(', ')}.`);
  return Object.fromEntries(
    words.map((word) => {
      const [, name = '', value = ''] = /^(\w+)=(\d{1,12}|none|default)$/.exec(word) ?? [];
      if (!(quotaNames as readonly string[]).includes(name))
        throw new CommandError('usage', `${word} is no limit.`, `Write NAME=NUMBER, NAME=none or NAME=default; names: ${quotaNames.join(', ')}.`);
      return [name, value === 'none' ? null : value === 'default' ? value : Number(value)];
    }),
  );
}

async function print(session: Session, usage: Usage): Promise<void> {
  if (session.format === 'name') return session.print(quotaNames.map((name) => `${name}\n`).join(''));
  if (!session.isForPeople) return printData(session, usage);
  await printRows(
    session,
    ['NAME', 'USED', 'LIMIT', 'WHAT'],
    quotaNames.map((name) => [name, String(usage.used[name]), usage.limits[name] === null ? 'none' : String(usage.limits[name]), quotaSays[name]]),
  );
}
