import { Option, type Command } from 'commander';
import { withArticle } from '../core/words.ts';
import { completes } from './completion-sources.ts';
import { forEach } from './each.ts';
import { CommandError } from './exit-codes.ts';
import type { KindCli, Run, WireResource } from './kind-cli.ts';
import { told } from './told.ts';
import { cloudOptions, outputOptions } from './options.ts';
import { pathOf, type Session } from './session.ts';

interface With {
  readonly user?: string;
  readonly group?: string;
  readonly project?: string;
  readonly everyone?: true;
}

/** `stratus <kind> share|unshare`: here `--project` says with whom; whose it is, `PROJECT/NAME` says. */
export function addShare(group: Command, cli: KindCli, run: Run): void {
  const { name } = cli.kind;
  const share = command('share', `let somebody outside its project see or use ${withArticle(name)}`);
  share.addOption(new Option('--access <access>', 'read: see it; use: also start, stop, boot from it').choices(['read', 'use']).default('use'));
  outputOptions(cloudOptions(share)).action(
    run(async (session, { access, ...options }: With & { access: string }, refs: string[]) => {
      const who = withWhom(options);
      await forEach(session, refs, async (ref) =>
        told(session, cli, await ask(session, ref, 'share', { ...who, access }), `is shared with ${nameOf(who)}`),
      );
    }),
  );
  outputOptions(cloudOptions(command('unshare', `share ${withArticle(name)} no longer`))).action(
    run(async (session, options: With, refs: string[]) => {
      const who = withWhom(options);
      await forEach(session, refs, async (ref) =>
        told(session, cli, await ask(session, ref, 'unshare', who), `is no longer shared with ${nameOf(who)}`),
      );
    }),
  );

  function command(verb: string, says: string): Command {
    const made = completes(
      group
        .command(`${verb} <name...>`)
        .summary(says)
        .description(`${says.slice(0, 1).toUpperCase()}${says.slice(1)}.`),
      { kind: name },
    );
    return made
      .option('--user <name>', 'a person, by log-in name')
      .option('--group <name>', 'all of a group')
      .option('--project <name>', 'all of a project; whose it is itself, say as PROJECT/NAME')
      .option('--everyone', 'all who can log in');
  }

  /** `--project` of these commands is not whose it is. */
  function ask(session: Session, ref: string, verb: string, body: object): Promise<WireResource> {
    const { project } = session.cloud;
    return session.client.request('POST', pathOf(cli.kind, ref, verb), { query: project === null ? {} : { project }, body });
  }
}

function withWhom({ user, group, project, everyone }: With): With {
  const given = Object.entries({ user, group, project, everyone }).filter(([, value]) => value !== undefined);
  if (given.length === 1) return Object.fromEntries(given);
  throw new CommandError('usage', 'It is not said with whom.', 'Give one of --user, --group, --project or --everyone.');
}

function nameOf({ user, group, project }: With): string {
  return user ?? group ?? project ?? 'everyone';
}
