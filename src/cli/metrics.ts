import { Option, type Command } from 'commander';
import type { Kind } from '../core/kind.ts';
import type { Metrics } from '../core/metrics.ts';
import { formatBytes } from '../core/units.ts';
import { completes } from './completion-sources.ts';
import { durationForm, secondsOf } from './durations.ts';
import type { Run } from './kind-cli.ts';
import { cloudOptions, outputOptions } from './options.ts';
import { printData, printRows } from './output/print.ts';
import { sparkline } from './output/sparkline.ts';
import { pathOf } from './session.ts';
import { widthOf } from './world.ts';

/** Widest line of blocks; a terminal that is narrower gets a shorter one. */
const lineWidthMax = 48;

/** `stratus <kind> metrics NAME`: what an instance or a host has used. */
export function addMetrics(group: Command, run: Run, kind: Kind): void {
  const command = completes(
    group
      .command('metrics <name>')
      .summary('show what it has used: processor, memory, disk, network')
      .description('Shows what it has used, as its host has measured it: every 10 s for an hour, every minute for a day, every 15 min for 30 days.'),
    { kind: kind.name },
  )
    .addOption(new Option('--from <time>', 'a time, or so long ago: 15m, 1h, 7d').default('1h', 'an hour ago'))
    .option('--to <time>', 'a time, or so long ago (default: now)')
    .option('--step <duration>', 'one value for so long at least: 10s, 5m, 1h');
  outputOptions(cloudOptions(command, kind)).action(
    run(async (session, { from, to, step }, ref: string) => {
      const metrics = await session.client.request<Metrics>('GET', pathOf(kind, ref, 'metrics'), {
        query: {
          ...session.scope(kind),
          from: timeOf(from),
          to: to === undefined ? undefined : timeOf(to),
          step: step === undefined ? undefined : secondsOf(step),
        },
        signal: session.world.interrupted,
      });
      if (!session.isForPeople) return printData(session, metrics);
      const columns = Math.max(10, Math.min(lineWidthMax, (widthOf(session.world.stdout) ?? 100) - 60));
      await printRows(session, ['WHAT', 'NOW', 'MEAN', 'MOST', 'SINCE THEN'], rowsOf(metrics, columns));
    }),
  );
}

/** As the API wants it; `1h` is an hour ago. */
function timeOf(text: string): string {
  return durationForm.test(text) ? `-${text}` : text;
}

/** What is not told by its guest at all is left out. */
function rowsOf({ series }: Metrics, columns: number): string[][] {
  return Object.entries(series).flatMap(([name, values]) => {
    const known = values.filter((value) => value !== null);
    if (known.length === 0) return [];
    const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
    const isShare = name === 'cpu';
    const show = (value: number | null) => (value === null ? '-' : amount(name, value));
    return [
      [
        titles[name] ?? name,
        show(values.at(-1) ?? null),
        show(mean),
        show(Math.max(...known)),
        sparkline(values, columns, isShare ? 1 : Math.max(...known)),
      ],
    ];
  });
}

const titles: Readonly<Record<string, string>> = {
  cpu: 'CPU',
  memoryUsedBytes: 'Memory used',
  memoryResidentBytes: 'Memory of the host',
  diskUsedBytes: 'Disk used',
  diskReadBytesPerSecond: 'Disk read',
  diskWrittenBytesPerSecond: 'Disk written',
  diskReadsPerSecond: 'Disk reads',
  diskWritesPerSecond: 'Disk writes',
  netReceivedBytesPerSecond: 'Network received',
  netSentBytesPerSecond: 'Network sent',
};

function amount(name: string, value: number): string {
  if (name === 'cpu') return `${Math.round(value * 100)} %`;
  if (name.endsWith('BytesPerSecond')) return `${formatBytes(value)}/s`;
  if (name.endsWith('PerSecond')) return `${value < 10 ? Number(value.toFixed(1)) : Math.round(value)}/s`;
  return formatBytes(value);
}
