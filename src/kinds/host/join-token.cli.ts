import type { Command } from 'commander';
import { completes } from '../../cli/completion-sources.ts';
import type { Run } from '../../cli/kind-cli.ts';
import { cloudOptions, outputOptions, wholeNumber } from '../../cli/options.ts';
import { timeForPeople } from '../../cli/output/detail.ts';
import { printData } from '../../cli/output/print.ts';
import { printable } from '../../cli/output/printable.ts';

/** `stratus host join-token`: what another machine needs to become a host. */
export function addJoinTokens(group: Command, run: Run): void {
  const command = completes(
    group
      .command('join-token [name]')
      .summary('let another machine become a host')
      .description(
        'Makes a token with which one machine becomes a host of this cloud, once, and shows it only now. With a name the machine joins under that name, also if it was a host before; without, under any new one.',
      ),
    { kind: 'host' },
  );
  command.option('--minutes <n>', 'how long it is good (default: 60)', wholeNumber);
  outputOptions(cloudOptions(command)).action(
    run(async (session, { minutes }, name?: string) => {
      const made = await session.client.request('POST', '/v1/join-tokens', {
        body: { ...(name === undefined ? {} : { host: name }), ...(minutes === undefined ? {} : { lifetimeMinutes: minutes }) },
      });
      if (!session.isForPeople && session.format !== 'name') return printData(session, made);
      if (session.options.quiet !== true && session.isForPeople) {
        const whose = made.host === null ? 'any new host' : `host ${printable(made.host)}`;
        session.tellError(`For ${whose}, once, until ${timeForPeople(made.expiresAt, session.world.now())}; on its machine, as root:\n`);
        const pin = made.fingerprint === null ? '' : ` --fingerprint ${printable(made.fingerprint)}`;
        const name = made.host === null ? '' : ` --name ${printable(made.host)}`;
        session.tellError(`  stratus agent --join ${printable(made.url ?? 'https://…')}${pin}${name} --token TOKEN\n`);
        if (made.url === null) session.tellError('This cloud does not listen for other machines yet: stratus up --listen 0.0.0.0:8443\n');
      }
      await session.print(`${printable(made.secret)}\n`);
    }),
  );
}
