import type { Command } from 'commander';
import type { Run } from '../../cli/kind-cli.ts';
import { cloudOptions, outputOptions } from '../../cli/options.ts';
import { timeForPeople } from '../../cli/output/detail.ts';
import { printData, printRows } from '../../cli/output/print.ts';
import type { Session } from '../../cli/session.ts';
import { formatDuration } from '../../core/units.ts';
import { hostKind, type RecoveryReport } from './host.ts';

export function addReport(program: Command, run: Run): void {
  const group = program.command('report').summary('reports about the cloud').description('Reports about the cloud.');
  const recovery = group
    .command('recovery')
    .summary('what hosts found and did when they came back')
    .description('What each host found when its agent last started, after a power cut say, and what it did about each instance.');
  recovery.option('--host <name>', 'only this host');
  outputOptions(cloudOptions(recovery)).action(
    run(async (session, { host }) => {
      const hosts = host === undefined ? await session.all(hostKind) : [await session.get(hostKind, host)];
      const reports = hosts.map(({ name, status }) => ({ host: name, recovery: status.recovery as RecoveryReport | null }));
      if (session.format === 'name')
        return session.print(reports.flatMap(({ recovery: found }) => found?.instances.map(({ name }) => `${name}\n`) ?? []).join(''));
      if (!session.isForPeople) return printData(session, reports);
      for (const { host: name, recovery: found } of reports) await printReport(session, name, found);
    }),
  );
}

async function printReport(session: Session, host: string, report: RecoveryReport | null): Promise<void> {
  if (report === null) return session.say(`Host ${host} has not reported a start yet.`);
  const { startedAt, machineRestarted, settledAfterMs, instances } = report;
  await session.say(
    `Host ${host}: its agent started ${timeForPeople(startedAt, session.world.now())}, ${machineRestarted ? 'after a restart of the machine' : 'the machine ran on'}; ` +
      `${settledAfterMs === null ? 'not all is as it should be yet' : `all was as it should be after ${formatDuration(settledAfterMs)}`}.`,
  );
  if (instances.length === 0) return session.say('It had no instances.');
  await printRows(
    session,
    ['INSTANCE', 'WANTED', 'FOUND', 'SETTLED AFTER', 'DID'],
    instances.map(({ name, wanted, found, did, settledAfterMs: after }) => [
      name,
      wanted,
      found,
      after === null ? 'not yet' : formatDuration(after),
      did.join(', ') || 'nothing',
    ]),
  );
}
