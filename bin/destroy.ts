import { existsSync, readdirSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { parseArgs } from 'node:util';
import { SqliteStore } from '../src/control/store/sqlite-store.ts';
import { libvirtStatus } from '../src/drivers/libvirt/daemon.ts';
import { defaultHomeDir, readCloud, type Home } from '../src/local/home.ts';
import { LocalError } from '../src/local/local-error.ts';
import { Progress } from '../src/local/progress.ts';
import { stopCloud } from './down.ts';
import { homeAt, localCommand } from './local-command.ts';

const help = `Usage: stratus destroy [--home DIR] [--yes]

Removes a whole cloud from this machine, its instances and their data included. Lists first what that is, and
asks; --yes does not ask.
`;

export function runDestroy(args: readonly string[]): Promise<number> {
  return localCommand('destroy', () => destroy(args));
}

async function destroy(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      home: { type: 'string', default: process.env['STRATUS_HOME'] ?? defaultHomeDir },
      yes: { type: 'boolean', short: 'y', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(help);
    return 0;
  }
  const home = homeAt(values.home);
  const cloud = readCloud(home);
  if (cloud === null)
    throw new LocalError(`There is no cloud in ${home.dir}: nothing to remove`, 'Give the right directory with --home or STRATUS_HOME.');
  process.stdout.write(`This removes the cloud ${cloud.cloudId}:\n${(await contents(home)).map((line) => `  ${line}\n`).join('')}`);
  if (!values.yes && !(await confirmed(cloud.cloudId))) {
    process.stdout.write('Nothing was removed.\n');
    return 1;
  }
  const progress = new Progress();
  await stopCloud(home, cloud, 0, progress);
  await progress.step(
    'files',
    async () => removeFiles(home),
    () => `${home.dir} removed`,
  );
  return 0;
}

/** What says that here is a cloud goes last: cut off in between, `destroy` can be repeated. */
function removeFiles(home: Home): void {
  for (const name of readdirSync(home.dir)) if (name !== basename(home.cloudFile)) rmSync(join(home.dir, name), { recursive: true });
  rmSync(home.dir, { recursive: true });
}

async function contents(home: Home): Promise<string[]> {
  const lines = [`the directory ${home.dir} with all disks, images and keys in it`];
  const { guests } = await libvirtStatus(home.dir);
  lines.push(...(await fromStore(home)));
  if (guests.length > 0) lines.push(guests.length === 1 ? '1 guest that runs now' : `${guests.length} guests that run now`);
  lines.push('its bridges, packet rules, DHCP servers and its own libvirt');
  return lines;
}

async function fromStore(home: Home): Promise<string[]> {
  if (!existsSync(home.database)) return [];
  const lines: string[] = [];
  try {
    const store = new SqliteStore(home.database);
    for (const kind of ['instance', 'image']) {
      const { items } = await store.list({ kind, limit: 1_000 });
      if (items.length > 0) lines.push(`${items.length} ${kind}${items.length === 1 ? '' : 's'}: ${items.map((item) => item.name).join(', ')}`);
    }
    await store.close();
    return lines;
  } catch (error) {
    // What is broken must still be removable.
    return [...lines, `a database that cannot be read: ${(error as Error).message}`];
  }
}

async function confirmed(cloudId: string): Promise<boolean> {
  if (!process.stdin.isTTY) {
    process.stderr.write('No terminal to ask on.\n→ Repeat with --yes if you mean it.\n');
    return false;
  }
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await terminal.question(`Type ${cloudId} to remove it all: `);
  terminal.close();
  return answer.trim() === cloudId;
}
