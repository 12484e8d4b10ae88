import type { Command } from 'commander';
import { completes } from '../../cli/completion-sources.ts';
import { ConsoleCall, type ConsoleEnd } from '../../cli/console-call.ts';
import { CommandError } from '../../cli/exit-codes.ts';
import type { Run } from '../../cli/kind-cli.ts';
import { cloudOptions } from '../../cli/options.ts';
import { printable } from '../../cli/output/printable.ts';
import { pathOf, type Session } from '../../cli/session.ts';
import { pause } from '../../cli/waiting.ts';
import { instanceKind } from './instance.ts';

/** Ctrl-]: as telnet and virsh have it. */
const detachByte = 0x1d;
const reconnectAfterMs = 1_000;

/** `stratus console NAME`: the keyboard and the screen of the serial console. */
export function addConsole(parent: Command, run: Run): void {
  const command = completes(
    parent
      .command('console <name>')
      .summary('open the serial console of an instance')
      .description('Opens the serial console of an instance. Ctrl-] leaves it.'),
    { kind: 'instance' },
  );
  cloudOptions(command, instanceKind).action(run(openConsole));
}

async function openConsole(session: Session, _options: unknown, ref: string): Promise<void> {
  const { id, name } = await session.get(instanceKind, ref);
  const { stdin, stderr } = session.world;
  const isTerminal = stdin.isTTY === true && stdin.setRawMode !== undefined;
  if (isTerminal) stderr.write(`Connected to ${printable(name)}. Ctrl-] leaves; press Enter if nothing is seen.\r\n`);
  const path = `${pathOf(instanceKind, id, 'console')}?stream=serial`;
  const call = () => new ConsoleCall(session.cloud.endpoint, path, detachByte);
  try {
    if (isTerminal) stdin.setRawMode?.(true);
    let end = await call().run(session.world);
    if (end === 'cut') {
      stderr.write('\r\nThe line was cut; connecting again …\r\n');
      await pause(reconnectAfterMs, session.world.interrupted);
      end = await call().run(session.world);
    }
    finished(end, name);
  } finally {
    if (isTerminal) {
      stdin.setRawMode?.(false);
      stderr.write('\r\nThe console is closed.\n');
    }
    stdin.pause();
  }
}

function finished(end: ConsoleEnd, name: string): void {
  if (end === 'cut') throw new CommandError('unreachable', `The line to the console of ${name} was cut twice.`, `Try again: stratus console ${name}`);
}
