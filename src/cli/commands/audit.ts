import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import type { Command } from 'commander';
import type { Head, SealedEntry } from '../../audit/chain.ts';
import { Verifier, type Verdict } from '../../audit/verifier.ts';
import type { Cloud } from '../cloud.ts';
import { exactLines } from '../exact-lines.ts';
import { AlreadyTold, CommandError, exitCodes } from '../exit-codes.ts';
import type { Run } from '../kind-cli.ts';
import { cloudOptions, outputOptions, wholeNumber } from '../options.ts';
import { printData, printRows } from '../output/print.ts';
import { printable } from '../output/printable.ts';
import { Session, type CommonOptions } from '../session.ts';
import type { World } from '../world.ts';

const exportPath = '/v1/audit/export';

/** `stratus audit`: the log that nobody can change unseen. */
export function addAudit(program: Command, run: Run, world: World): void {
  const group = program
    .command('audit')
    .summary('who did what, and what was refused')
    .description('The audit log: every change and every refusal, in a chain that shows any change made to it afterwards.');

  const list = group.command('list').alias('ls').summary('search it, newest first').description('Searches the audit log, newest first.');
  list
    .option('--user <user>', 'who: name or id')
    .option('--action <action>', 'what: e.g. instance.create, or instance for all that was done to instances')
    .option('--subject <ref>', 'to what: name or id')
    .option('--in-project <project>', 'to what belongs to this project')
    .option('--refused', 'only what was refused')
    .option('--address <ip>', 'from this address')
    .option('--from <time>', 'at or after, e.g. 2031-12-31T00:00:00Z')
    .option('--to <time>', 'before')
    .option('--limit <n>', 'at most so many (default: 100)', wholeNumber);
  outputOptions(cloudOptions(list)).action(
    run(async (session, options) => {
      const entries = await search(session, options);
      if (session.format === 'name') return session.print(entries.map(({ seq }) => `${seq}\n`).join(''));
      if (!session.isForPeople) return printData(session, entries);
      if (entries.length === 0) return session.tellError('There are no such entries.\n');
      await printRows(session, ['TIME', 'WHO', 'HOW', 'FROM', 'ACTION', 'SUBJECT', 'OUTCOME'], entries.map(row));
    }),
  );

  const exporting = group
    .command('export [file]')
    .summary('all of it, one JSON entry per line')
    .description('Writes the whole audit log, oldest first, one JSON entry per line, to a new file or to stdout; verifies it on the way.');
  cloudOptions(exporting).action(
    run(async (session, _options, file?: string) => {
      const verifier = new Verifier();
      const out = file === undefined ? null : await newFile(file);
      try {
        for await (const line of session.client.rawLines(exportPath, { signal: world.interrupted })) {
          verifier.add(line);
          if (out !== null) await out.write(`${line}\n`);
          else await session.print(`${world.stdout.isTTY === true ? printable(line) : line}\n`);
        }
        await out?.sync();
      } finally {
        await out?.close();
      }
      const verdict = verifier.finish();
      if (!verdict.ok) return refuse(session, verdict, file ?? null);
      if (file !== undefined) await session.say(`${count(verdict)} in ${file}; head ${headText(verdict.head)}`);
    }),
  );

  const verify = group
    .command('verify [file]')
    .summary('whether it is as it was written')
    .description(
      'Finds the first line of an export that was changed, removed, inserted or moved; needs no cloud for that. Without a file, verifies the log of the cloud, from here.',
    )
    .option('--head <seq:hash>', 'an entry that must be in it, as an earlier verify told it');
  outputOptions(cloudOptions(verify)).action(async (file: string | undefined, options: CommonOptions & { head?: string }, command: Command) => {
    if (file === undefined) return inCloud(undefined, options, command);
    // No cloud is asked, so none has to be known.
    await tellVerdict(new Session(world, options, noCloud), file, await verified(exactLines(readable(world, file)), headOf(options.head)));
  });
  const inCloud = run(async (session, { head }: { head?: string }) => {
    // What the cloud says of itself must be in what it then tells.
    const known: Verdict = await session.client.request('GET', '/v1/audit/verify');
    const lines = session.client.rawLines(exportPath, { signal: world.interrupted });
    await tellVerdict(session, null, await verified(lines, headOf(head) ?? known.head));
  });
}

const noCloud: Cloud = { name: 'none', endpoint: { url: '', token: null }, project: null, home: null };

async function search(session: Session, options: Record<string, string | true | number | undefined>): Promise<SealedEntry[]> {
  const { inProject, refused, limit: most = 100, user, action, subject, address, from, to } = options;
  const entries: SealedEntry[] = [];
  let cursor: string | undefined;
  do {
    const page: { items: SealedEntry[]; nextCursor: string | null } = await session.client.request('GET', '/v1/audit', {
      query: {
        ...{ user, action, subject, address, from, to, project: inProject, cursor },
        ...(refused === true ? { outcome: 'refused' } : {}),
        limit: Math.min(1_000, Math.max(1, Number(most) - entries.length)),
      },
      signal: session.world.interrupted,
    });
    entries.push(...page.items);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined && entries.length < Number(most));
  return entries;
}

function row({ at, name, method, address, action, subjects, outcome, code, count: times }: SealedEntry): string[] {
  const [first] = subjects;
  const subject = first === undefined ? '' : `${first.name || (first.id ?? '')}${subjects.length > 1 ? ` and ${subjects.length - 1} more` : ''}`;
  return [
    at,
    name || '-',
    method,
    address ?? 'this machine',
    action,
    subject,
    outcome === 'done' ? 'done' : `${code}${times > 1 ? ` ×${times}` : ''}`,
  ];
}

async function verified(lines: AsyncIterable<string>, known: Head | null): Promise<Verdict> {
  const verifier = new Verifier(known);
  for await (const line of lines) verifier.add(line);
  return verifier.finish();
}

async function tellVerdict(session: Session, file: string | null, verdict: Verdict): Promise<void> {
  if (!session.isForPeople && session.format !== 'name') {
    await printData(session, verdict);
    if (!verdict.ok) throw new AlreadyTold(exitCodes.refused.code);
    return;
  }
  if (!verdict.ok) return refuse(session, verdict, file);
  await session.say(`${count(verdict)}: all as they were written.`);
  await session.print(`Head: ${headText(verdict.head)}\n`);
}

function refuse(session: Session, { firstBroken }: Verdict, file: string | null): never {
  const { line = 0, seq = null, problem = '' } = firstBroken ?? {};
  const where = `${file === null ? 'the log' : printable(file)}, line ${line}${seq === null ? '' : `, entry ${seq}`}`;
  throw new CommandError(
    'refused',
    `${where}: ${printable(problem)}.`,
    'Compare it with an export made earlier; all lines before this one are as they were written.',
  );
}

function count({ entries, firstSeq, head }: Verdict): string {
  return entries === 0 ? 'No entries' : entries === 1 ? `Entry ${head.seq}` : `${entries} entries, ${firstSeq} to ${head.seq}`;
}

const headText = ({ seq, hash }: Head) => `${seq}:${hash}`;

function headOf(text: string | undefined): Head | null {
  if (text === undefined) return null;
  const [, seq, hash] = /^(\d{1,15}):([0-9a-f]{64})$/.exec(text) ?? [];
  if (seq === undefined || hash === undefined)
    throw new CommandError('usage', '--head is not a head.', 'Give it as `stratus audit verify` told it: SEQ:HASH');
  return { seq: Number(seq), hash };
}

function readable(world: World, file: string): AsyncIterable<unknown> {
  return file === '-' ? world.stdin : createReadStream(file);
}

async function newFile(file: string) {
  try {
    return await open(file, 'wx', 0o600);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    throw new CommandError('conflict', `${file} is there already.`, 'Give another name: an export is never overwritten.');
  }
}
