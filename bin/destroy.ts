import { existsSync, rmSync } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import { parseArgs } from 'node:util';
import { SqliteStore } from '../src/control/store/sqlite-store.ts';
import { libvirtStatus } from '../src/drivers/libvirt/daemon.ts';
import { defaultHomeDir, homePaths, readCloud, type Home } from '../src/local/home.ts';
import { Progress } from '../src/local/progress.ts';
import { stopCloud } from './down.ts';

const help = `Usage: stratus destroy [--home DIR] [--yes]

Removes a whole cloud from this machine, its instances and their data included. Lists first what that is, and
asks; --yes does not ask.
`;

export async function runDestroy(args: readonly string[]): Promise<number> {
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
  const home = homePaths(values.home);
  const cloud = readCloud(home);
  if (cloud === null) {
    process.stderr.write(`There is no cloud in ${home.dir}: nothing to remove.\n`);
    return 1;
  }
  process.stdout.write(`This removes the cloud ${cloud.cloudId}:\n${(await contents(home)).map((line) => `  ${line}\n`).join('')}`);
  if (!values.yes && !(await confirmed(cloud.cloudId))) {
    process.stdout.write('Nothing was removed.\n');
    return 1;
  }
  const progress = new Progress();
  await stopCloud(home, cloud, 0, progress);
  await progress.step(
    'files',
    async () => rmSync(home.dir, { recursive: true }),
    () => `${home.dir} removed`,
  );
  return 0;
}

async function contents(home: Home): Promise<string[]> {
  const lines = [`the directory ${home.dir} with all disks, images and keys in it`];
  const { guests } = await libvirtStatus(home.dir);
  if (guests.length > 0) lines.push(`${guests.length} guests that run now`);
  if (existsSync(home.database)) {
    const store = new SqliteStore(home.database);
    for (const kind of ['instance', 'image']) {
      const page = await store.list({ kind, limit: 1_000 });
      if (page.items.length > 0) lines.push(`${page.items.length} ${kind}s: ${page.items.map((item) => item.name).join(', ')}`);
    }
    await store.close();
  }
  lines.push('its bridges, packet rules, DHCP servers and its own libvirt');
  return lines;
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
