import { Option, type Command } from 'commander';
import { projectRoles } from '../../core/role.ts';
import { completes } from '../completion-sources.ts';
import { secondsOf } from '../durations.ts';
import { forEach } from '../each.ts';
import { CommandError } from '../exit-codes.ts';
import type { Run } from '../kind-cli.ts';
import { cloudOptions, outputOptions, wholeNumber } from '../options.ts';
import { printDone, printItems } from '../output/items.ts';
import { printable } from '../output/printable.ts';
import type { Session } from '../session.ts';

interface Course {
  readonly id: string;
  readonly name: string;
  readonly code: string;
  readonly seats: number;
  readonly seatsTaken: number;
  readonly state: string;
  readonly endsAt: string;
}

const path = '/v1/courses';
const named = { path, list: 'items', name: 'name' };

/** `stratus course`: a project for many, with one code to join by, and an end. */
export function addCourse(program: Command, run: Run): void {
  const group = program
    .command('course')
    .alias('courses')
    .summary('a project for many, with a code to join by')
    .description('A course: a project that many join by one code, until its seats are taken or its end has come.');

  const create = endOptions(
    group
      .command('create <name>')
      .summary('make one; shows its code')
      .description('Makes a course with a project of its name, and shows the code that people join or register with.')
      .requiredOption('--seats <number>', 'how many may join', wholeNumber),
  )
    .addOption(new Option('--role <role>', 'what they may do there').choices(projectRoles).default('member'))
    .option('--owner <user>', 'who gives it (default: you)')
    .option('--description <text>', 'of its project');
  outputOptions(cloudOptions(create)).action(
    run(async (session, { seats, role, description, owner, ...end }, name: string) => {
      const endsAt = endOf(session, end);
      if (endsAt === undefined) throw new CommandError('usage', 'When does it end?', 'Say --ends-at 2031-12-31T18:00:00Z, or --ends-in 90d.');
      const made: Course = (await session.create(path, { body: { name, seats, endsAt, role, description, owner } })) as never;
      if (!session.isForPeople) return printDone(session, made, name, '');
      await session.say(`Course ${name} is there, with ${seats} seats, until ${made.endsAt}. Join with this code:`);
      await session.print(`${printable(made.code)}\n`);
    }),
  );

  outputOptions(
    cloudOptions(
      group
        .command('list')
        .alias('ls')
        .summary('list them')
        .description('Lists the courses that you give, with their codes; all of them for administrators.'),
    ),
  ).action(
    run(async (session) => {
      const { items }: { items: Course[] } = await session.client.request('GET', path);
      await printItems(session, items, {
        titles: ['NAME', 'STATE', 'CODE', 'SEATS', 'TAKEN', 'ENDS'],
        row: ({ name, state, code, seats, seatsTaken, endsAt }) => [name, state, code, String(seats), String(seatsTaken), endsAt],
        name: ({ name }) => name,
        none: 'There are no courses.',
      });
    }),
  );

  const update = endOptions(
    completes(
      group
        .command('update <name...>')
        .summary('change seats or end')
        .description('Changes how many may join, or when it ends.')
        .option('--seats <number>', 'how many may join', wholeNumber),
      named,
    ),
  );
  outputOptions(cloudOptions(update)).action(
    run(async (session, { seats, ...end }, refs: string[]) => {
      const body = { seats, endsAt: endOf(session, end) };
      if (body.seats === undefined && body.endsAt === undefined)
        throw new CommandError('usage', 'There is nothing to change.', 'Give --seats, --ends-at or --ends-in.');
      await forEach(session, refs, async (ref) => {
        const changed = await session.client.request('PATCH', `${path}/${encodeURIComponent(ref)}`, { body });
        await printDone(session, changed, ref, `${ref} is changed`);
      });
    }),
  );

  cloudOptions(
    completes(
      group
        .command('delete <name...>')
        .alias('rm')
        .summary('end some')
        .description('Ends courses: nobody can join any more. Their projects stay, with all that is in them.'),
      named,
    ),
  ).action(
    run(async (session, _options, refs: string[]) => {
      await forEach(session, refs, async (ref) => {
        await session.client.request('DELETE', `${path}/${encodeURIComponent(ref)}`);
        await session.say(`${ref} is deleted`);
      });
    }),
  );

  outputOptions(
    cloudOptions(
      group
        .command('join <code>')
        .summary('join one, with an account')
        .description('Joins a course by its code. Who has no account registers with the code, on the page.'),
    ),
  ).action(
    run(async (session, _options, code: string) => {
      const joined: { course: string; project: string } = await session.client.request('POST', `${path}/join`, { body: { code } });
      await printDone(session, joined, joined.course, `You are in ${joined.course}`);
    }),
  );
}

interface End {
  readonly endsAt?: string;
  readonly endsIn?: string;
}

function endOptions(command: Command): Command {
  return command
    .option('--ends-in <duration>', 'it ends after this time, e.g. 90d')
    .addOption(new Option('--ends-at <time>', 'the same as a time, e.g. 2031-12-31T18:00:00Z').conflicts('endsIn'));
}

function endOf({ world }: Session, { endsAt, endsIn }: End): string | undefined {
  return endsIn === undefined ? endsAt : new Date(world.now() + secondsOf(endsIn) * 1_000).toISOString();
}
