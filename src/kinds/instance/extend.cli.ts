import type { Command } from 'commander';
import { completes } from '../../cli/completion-sources.ts';
import type { Run, WireResource } from '../../cli/kind-cli.ts';
import { cloudOptions, outputOptions } from '../../cli/options.ts';
import { printResources } from '../../cli/output/print.ts';
import { pathOf } from '../../cli/session.ts';
import { instanceKind } from './instance.ts';

export function addExtend(group: Command, run: Run): void {
  const command = completes(
    group
      .command('extend <name> <lease>')
      .summary('set when it ends: 30d, 12h or 4w from now, a time, or never')
      .description('Sets when its lease ends: 30d, 12h or 4w from now, a time (ISO 8601), or never where the cloud allows that.'),
    { kind: 'instance' },
    { words: ['7d', '30d', 'never'] },
  );
  outputOptions(cloudOptions(command, instanceKind)).action(
    run(async (session, _options, ref: string, lease: string) => {
      const { name, spec, ...rest }: WireResource = await session.client.request('PATCH', pathOf(instanceKind, ref), {
        query: session.scope(instanceKind),
        body: { lease },
      });
      if (!session.isForPeople) return printResources(session, { kind: instanceKind }, [{ name, spec, ...rest }]);
      await session.say(spec.expiresAt === null ? `${name} has no end` : `${name} ends at ${spec.expiresAt}`);
    }),
  );
}
