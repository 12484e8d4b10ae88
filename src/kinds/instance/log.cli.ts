import type { Command } from 'commander';
import { completes } from '../../cli/completion-sources.ts';
import { exchange } from '../../cli/exchange.ts';
import type { Run } from '../../cli/kind-cli.ts';
import { cloudOptions, wholeNumber } from '../../cli/options.ts';
import { printable } from '../../cli/output/printable.ts';
import { pathOf, type Session } from '../../cli/session.ts';
import { pause } from '../../cli/waiting.ts';
import { KiB, MiB } from '../../core/units.ts';
import { instanceKind } from './instance.ts';

/** How often a log that is followed is looked at, ms. */
const lookEveryMs = 1_000;

export function addLog(group: Command, run: Run): void {
  const command = completes(
    group.command('log <name>').summary('show the log of its serial console').description('Shows what the guest wrote to its serial console.'),
    { kind: 'instance' },
  );
  command
    .option('--lines <number>', 'only the last lines', wholeNumber)
    .option('-f, --follow', 'and what comes, until Ctrl-C')
    .option('--raw', 'as the guest wrote it, control characters too');
  cloudOptions(command, instanceKind).action(
    run(async (session, { lines, follow = false, raw = false }, ref: string) => {
      const { id } = await session.get(instanceKind, ref);
      const show = (bytes: Buffer) => session.print(raw ? bytes.toString('utf8') : readable(bytes.toString('utf8')));
      const { bytes, next } = await readLog(session, id, { offset: 0 });
      await show(lines === undefined ? bytes : lastLines(bytes, lines));
      if (follow) await followLog(session, id, next, show);
    }),
  );
}

/** The whole log from `offset` on, and where the next part begins. */
async function readLog(session: Session, id: string, from: { offset: number }): Promise<{ bytes: Buffer; next: number }> {
  const parts: Buffer[] = [];
  let { offset } = from;
  for (;;) {
    const path = `${pathOf(instanceKind, id, 'log')}?offset=${offset}&maxBytes=${MiB}`;
    const { bytes, headers } = await exchange(session.cloud.endpoint, 'GET', path, { signal: session.world.interrupted });
    parts.push(bytes);
    offset = Number(headers['x-next-offset'] ?? offset + bytes.length);
    if (bytes.length < MiB) return { bytes: Buffer.concat(parts), next: offset };
  }
}

/** The end of the log, at most `bytesMax`. */
export async function readLogTail(session: Session, id: string, bytesMax: number = 256 * KiB): Promise<string> {
  const { bytes } = await exchange(session.cloud.endpoint, 'GET', `${pathOf(instanceKind, id, 'log')}?offset=${-bytesMax}&maxBytes=${bytesMax}`, {
    signal: session.world.interrupted,
  });
  return bytes.toString('utf8');
}

async function followLog(session: Session, id: string, from: number, show: (bytes: Buffer) => Promise<void>): Promise<void> {
  let offset = from;
  for (;;) {
    await pause(lookEveryMs, session.world.interrupted);
    const { bytes, next } = await readLog(session, id, { offset });
    offset = next;
    if (bytes.length > 0) await show(bytes);
  }
}

export function lastLines(bytes: Buffer, count: number): Buffer {
  let at = bytes.length;
  if (at > 0 && bytes[at - 1] === 10) at--;
  for (let left = count; left > 0 && at > 0; left--) at = bytes.lastIndexOf(10, at - 1);
  return count === 0 ? Buffer.alloc(0) : bytes.subarray(at + 1 > bytes.length ? 0 : Math.max(0, at + 1));
}

/** A log for reading: line ends as here, colours and cursor movements of the guest's terminal left out, the rest shown as escapes. */
export function readable(text: string): string {
  return (
    text
      .replaceAll('\r\n', '\n')
      // oxlint-disable-next-line no-control-regex -- terminal control sequences are what is looked for
      .replaceAll(/\u001b(?:\[[0-9;?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[()][A-Z0-9]|[@-Z\\-_=>c78])/g, '')
      .split('\n')
      .map((line) => line.replace(/\r+$/, '').replace(/^.*\r/, '').split('\t').map(printable).join('\t'))
      .join('\n')
  );
}
