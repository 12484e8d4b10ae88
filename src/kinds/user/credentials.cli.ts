import { isUtf8 } from 'node:buffer';
import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { completes } from '../../cli/completion-sources.ts';
import { forEach } from '../../cli/each.ts';
import { CommandError } from '../../cli/exit-codes.ts';
import type { Run } from '../../cli/kind-cli.ts';
import { cloudOptions, outputOptions } from '../../cli/options.ts';
import { printData, printRows } from '../../cli/output/print.ts';
import { printable } from '../../cli/output/printable.ts';
import { pathOf, type Session } from '../../cli/session.ts';
import { addUserLinks } from './links.cli.ts';
import { userKind } from './user.ts';

/** What administrators do about how others prove who they are. */
export function addUserCredentials(group: Command, run: Run): void {
  const people = { kind: 'user' };
  outputOptions(
    cloudOptions(
      completes(
        group
          .command('password-link <name>')
          .summary('a link by which somebody sets a password')
          .description(
            'Makes a link by which somebody sets a new password, once. It is shown this once: give it to that person and to nobody else, or mail it.',
          ),
        people,
      ),
    ),
  ).action(
    run(async (session, _options, ref: string) => {
      const made: { url: string; expiresAt: string } = await session.client.request('POST', pathOf(userKind, ref, 'password-link'));
      if (!session.isForPeople && session.format !== 'name') return printData(session, made);
      if (session.options.quiet !== true) session.tellError(`Good once, until ${printable(made.expiresAt)}; it is shown only now:\n`);
      await session.print(`${printable(made.url)}\n`);
    }),
  );

  cloudOptions(
    completes(
      group
        .command('reset-second-factor <name...>')
        .summary('for who has lost telephone and recovery codes')
        .description(
          'Takes second factors away from people who have lost them: codes, recovery codes and passkeys. Make sure first that it is they who ask.',
        ),
      people,
    ),
  ).action(
    run(async (session, _options, refs: string[]) => {
      await forEach(session, refs, async (ref) => {
        await session.client.request('POST', pathOf(userKind, ref, 'reset-second-factor'));
        await session.say(`${ref} has no second factor any more`);
      });
    }),
  );

  addUserLinks(group, run);
  addImport(group, run);
}

interface Imported {
  readonly users: readonly { readonly line: number; readonly name: string; readonly id: string | null }[];
  /** Lines that were left out. */
  readonly problems: readonly { readonly line: number; readonly problem: string }[];
}

function addImport(group: Command, run: Run): void {
  const command = completes(
    group
      .command('import <file>')
      .summary("take over users and passwords of StratusLab's login-pswd.properties")
      .description(
        'Takes over users with their passwords from a file login-pswd.properties: plain, MD5 and crypt. Whoever is here already stays as they are. Passwords are kept more safely from the first log-in on.',
      )
      .option('--dry-run', 'only say what would be done'),
    'file',
  );
  outputOptions(cloudOptions(command)).action(
    run(async (session, { dryRun }: { dryRun?: true }, file: string) => {
      const imported: Imported = await session.client.request('POST', '/v1/users/import', { body: { text: read(file), dryRun: dryRun === true } });
      await tell(session, imported, dryRun === true);
    }),
  );
}

async function tell(session: Session, imported: Imported, isDryRun: boolean): Promise<void> {
  const { users, problems } = imported;
  if (session.format === 'name') return session.print(users.map(({ name }) => `${printable(name)}\n`).join(''));
  if (!session.isForPeople) return printData(session, imported);
  const rows = [
    ...users.map(({ line, name }) => ({ line, cells: [isDryRun ? 'would be created' : 'created', name] })),
    ...problems.map(({ line, problem }) => ({ line, cells: ['left out', problem] })),
  ].toSorted((a, b) => a.line - b.line);
  if (rows.length > 0)
    await printRows(
      session,
      ['LINE', 'STATE', 'USER'],
      rows.map(({ line, cells }) => [String(line), ...cells]),
    );
  await session.say(
    `${users.length === 1 ? 'One user' : `${users.length} users`} ${isDryRun ? 'would be' : users.length === 1 ? 'is' : 'are'} created`,
  );
}

/** Java wrote such files in Latin-1; people wrote them in UTF-8 as well. */
function read(file: string): string {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    throw new CommandError('usage', `${printable(file)} cannot be read: ${(error as Error).message}.`);
  }
  return isUtf8(bytes) ? bytes.toString('utf8') : bytes.toString('latin1');
}
