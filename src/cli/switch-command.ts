import type { Command } from 'commander';
import { completes } from './completion-sources.ts';
import { forEach } from './each.ts';
import type { KindCli, Run, WireResource } from './kind-cli.ts';
import { finish } from './kind-commands.ts';
import { cloudOptions, outputOptions } from './options.ts';
import { pathOf } from './session.ts';

interface Switch {
  readonly name: string;
  /** Body of the update. */
  readonly change: Readonly<Record<string, boolean>>;
  readonly summary: string;
  readonly description: string;
}

/** An update of one yes-or-no that people have a word for: `stratus host cordon NAME…`. */
export function addSwitch(group: Command, run: Run, cli: KindCli, { name, change, summary, description }: Switch): void {
  const { kind } = cli;
  const command = completes(group.command(`${name} <name...>`).summary(summary).description(description), { kind: kind.name });
  outputOptions(cloudOptions(command, kind)).action(
    run(async (session, _options, refs: string[]) => {
      await forEach(session, refs, async (ref) => {
        const changed = await session.client.request<WireResource>('PATCH', pathOf(kind, ref), { query: session.scope(kind), body: change });
        await finish(session, cli, changed, changed.state, '');
      });
    }),
  );
}
