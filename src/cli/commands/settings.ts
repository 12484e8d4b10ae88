import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { exchange } from '../exchange.ts';
import { CommandError } from '../exit-codes.ts';
import type { Run } from '../kind-cli.ts';
import { cloudOptions, outputOptions } from '../options.ts';
import { printData } from '../output/print.ts';
import { printable } from '../output/printable.ts';
import type { Session } from '../session.ts';

const path = '/v1/settings';
type Fields = Record<string, unknown>;

/** `stratus settings`: what is decided about the cloud as a whole. */
export function addSettings(program: Command, run: Run): void {
  const group = program
    .command('settings')
    .summary('what is decided about the cloud as a whole')
    .description('What administrators decide about the cloud as a whole: log-in, registration, quotas, mail, audit.');

  outputOptions(
    cloudOptions(
      group
        .command('show [key]')
        .summary('show them, or those below one key')
        .description('Shows the settings, or those below one key, such as mail; of secrets only whether they are set.'),
    ),
  ).action(
    run(async (session, _options, key?: string) => {
      const all: Fields = await session.client.request('GET', path);
      await show(session, key ?? '', key === undefined ? all : below(all, key));
    }),
  );

  const set = group
    .command('set <key=value...>')
    .summary('change some of them')
    .description(
      'Changes settings, all at once or none: site.name=Lab, audit.retentionDays=30, mail=null. A value is JSON, else text; @FILE takes it from a file, @- from stdin, which keeps secrets out of the list of processes.',
    );
  outputOptions(cloudOptions(set)).action(
    run(async (session, _options, pairs: string[]) => {
      const patch: Fields = {};
      for (const pair of pairs) await lay(session, patch, pair);
      const all: Fields = await session.client.request('PATCH', path, { body: patch });
      if (session.format !== 'table') return show(session, '', all);
      for (const pair of pairs) await show(session, keyOf(pair), below(all, keyOf(pair)));
    }),
  );

  cloudOptions(
    group
      .command('edit')
      .summary('change them in your editor')
      .description('Opens the settings as YAML in $VISUAL or $EDITOR and sends what you have made of them, unless somebody else was faster.'),
  ).action(run(edit));
}

async function edit(session: Session): Promise<void> {
  const { stringify, parse } = await import('yaml');
  const { headers, bytes } = await exchange(session.cloud.endpoint, 'GET', path, { signal: session.world.interrupted });
  const before = `${heading}${stringify(JSON.parse(bytes.toString()), { lineWidth: 0 })}`;
  const dir = mkdtempSync(join(tmpdir(), 'stratus-settings-'));
  const file = join(dir, 'settings.yaml');
  writeFileSync(file, before, { mode: 0o600 });
  openEditor(session, file);
  const after = readFileSync(file, 'utf8');
  if (after === before) {
    rmSync(dir, { recursive: true });
    return session.say('Nothing was changed.');
  }
  try {
    const body = parse(after) as unknown;
    if (typeof body !== 'object' || body === null) throw new CommandError('usage', 'This is no list of settings.');
    const match = headers.etag === undefined ? {} : { 'if-match': headers.etag };
    await session.client.request('PATCH', path, { body, headers: match });
  } catch (error) {
    session.tellError(`What you wrote is kept in ${file}; remove it when you no longer need it: secrets may be in it.\n`);
    throw error;
  }
  rmSync(dir, { recursive: true });
  await session.say('The settings are changed.');
}

const heading = `# What you leave out stays as it is; lists are replaced whole; null switches a section off.
# Of a secret you see only whether it is set: write the secret itself in place of it.
`;

function openEditor({ world }: Session, file: string): void {
  const [program = 'vi', ...args] = (world.env['VISUAL'] || world.env['EDITOR'] || 'vi').split(/\s+/);
  const { status, error } = spawnSync(program, [...args, file], { stdio: 'inherit', env: world.env });
  if (error !== undefined) throw new CommandError('usage', `The editor ${program} cannot be started.`, 'Name one in EDITOR.');
  if (status !== 0) throw new CommandError('refused', `The editor ${program} ended with ${status}; nothing was changed.`);
}

async function show(session: Session, key: string, value: unknown): Promise<void> {
  if (!session.isForPeople) return printData(session, value);
  await session.print(lines(key, value).join(''));
}

/** A line for each single value, so that it can be found, and given to `set`. */
function lines(key: string, value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [`${key} = ${typeof value === 'string' ? printable(value) : JSON.stringify(value)}\n`];
  if ('isSet' in value) return [`${key} is ${value.isSet === true ? 'set' : 'not set'}\n`];
  const entries = Object.entries(value);
  if (entries.length === 0) return [`${key} = []\n`];
  return entries.flatMap(([name, each]) => lines(key === '' ? name : `${key}.${name}`, each));
}

function below(all: Fields, key: string): unknown {
  let at: unknown = all;
  for (const part of key.split('.')) {
    // Below what is switched off there is nothing to show.
    if (at === null) return null;
    if (typeof at !== 'object' || !Object.hasOwn(at, part))
      throw new CommandError('notFound', `There is no setting ${printable(key)}.`, 'See what there is: stratus settings show');
    at = (at as Fields)[part];
  }
  return at;
}

function keyOf(pair: string): string {
  return pair.slice(0, Math.max(0, pair.indexOf('=')));
}

async function lay(session: Session, patch: Fields, pair: string): Promise<void> {
  const key = keyOf(pair);
  const parts = key.split('.');
  const last = parts.pop() ?? '';
  if (!/^[A-Za-z]+(\.[A-Za-z]+)*$/.test(key))
    throw new CommandError(
      'usage',
      `${printable(pair)} is no setting.`,
      'Write KEY=VALUE, such as site.name=Lab. Lists are set whole; or use: stratus settings edit',
    );
  let at = patch;
  for (const part of parts) at = (at[part] ??= {}) as Fields;
  at[last] = await valueOf(session, pair.slice(key.length + 1));
}

async function valueOf({ world }: Session, text: string): Promise<unknown> {
  if (text === '@-') {
    const chunks: Buffer[] = [];
    for await (const chunk of world.stdin) chunks.push(Buffer.from(chunk as Buffer | string));
    return Buffer.concat(chunks).toString().replace(/\n$/, '');
  }
  if (text.startsWith('@')) {
    try {
      return readFileSync(text.slice(1), 'utf8').replace(/\n$/, '');
    } catch (error) {
      throw new CommandError('usage', `${printable(text.slice(1))} cannot be read: ${(error as Error).message}.`);
    }
  }
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
