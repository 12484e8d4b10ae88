import type { Command } from 'commander';
import { completes } from '../completion-sources.ts';
import { AlreadyTold, CommandError, exitCodes } from '../exit-codes.ts';
import type { Run } from '../kind-cli.ts';
import { nearest } from '../nearest.ts';
import { cloudOptions, outputOptions } from '../options.ts';
import { printItems } from '../output/items.ts';
import { printData } from '../output/print.ts';
import { printable } from '../output/printable.ts';
import type { Session } from '../session.ts';

export interface SignInMethod {
  readonly type: string;
  readonly name: string;
  readonly label?: string | null;
}

interface Step {
  readonly method: string;
  readonly isRight: boolean | null;
  readonly says: string;
}

interface Explanation {
  readonly user: string;
  readonly steps: readonly Step[];
  readonly rights: {
    readonly role: string;
    readonly groups: readonly string[];
    readonly projects: readonly { readonly name: string; readonly role: string; readonly from: readonly string[] }[];
  } | null;
}

const typeSays: Readonly<Record<string, string>> = {
  local: 'password of this cloud',
  ldap: 'password of a directory',
  oidc: 'a provider, in the browser',
  x509: 'a certificate',
};

/** `stratus auth`: how people get in here. */
export function addAuth(program: Command, run: Run): void {
  const group = program
    .command('auth')
    .summary('how people log in here, and what would happen if somebody did')
    .description('How people log in to this cloud, and what would happen if somebody did.');

  outputOptions(
    cloudOptions(
      group
        .command('methods')
        .summary('list the ways to log in')
        .description('Lists the ways to log in to this cloud, in the order in which they are tried. Asks for no log-in.'),
    ),
  ).action(
    run(async (session) => {
      const { methods }: { methods: SignInMethod[] } = await session.client.request('GET', '/v1/sign-in');
      await printItems(session, methods, {
        titles: ['NAME', 'TYPE', 'PROVEN BY', 'CALLED'],
        row: ({ name, type, label }) => [name, type, typeSays[type] ?? type, label ?? ''],
        name: ({ name }) => name,
        none: 'There is no way in but tokens.',
      });
    }),
  );

  outputOptions(
    cloudOptions(
      completes(
        group
          .command('check <method>')
          .summary('try one, step by step')
          .description('Tries a method of logging in step by step, and says what is wrong with it. Nobody is logged in.'),
        { path: '/v1/sign-in', list: 'methods', name: 'name' },
      ),
    ),
  ).action(
    run(async (session, _options, method: string) => {
      // Known to everybody, and told before administrators alone are.
      if ((await methodNamed(session, method)).type === 'local')
        return tellFindings(session, method, [{ isRight: true, says: 'passwords are kept by the cloud itself: there is nothing to try' }]);
      const { findings }: { findings: Omit<Step, 'method'>[] } = await session.client.request(
        'POST',
        `/v1/settings/methods/${encodeURIComponent(method)}/check`,
      );
      await tellFindings(session, method, findings);
    }),
  );

  outputOptions(
    cloudOptions(
      completes(
        group
          .command('explain <user>')
          .summary('what would happen if somebody logged in, and why')
          .description(
            'Says what would happen if somebody logged in, method by method, and what they may then, and why. Changes nothing; the name need not be known here.',
          ),
        { kind: 'user' },
      ),
    ),
  ).action(
    run(async (session, _options, name: string) => {
      const explanation: Explanation = await session.client.request('GET', `/v1/users/${encodeURIComponent(name)}/explain`);
      if (session.format === 'name') return session.print(`${printable(explanation.user)}\n`);
      if (!session.isForPeople) return printData(session, explanation);
      await session.print(report(session, explanation));
    }),
  );
}

export async function methodNamed({ client }: Session, wanted: string): Promise<SignInMethod> {
  const { methods }: { methods: SignInMethod[] } = await client.request('GET', '/v1/sign-in');
  const found = methods.find(({ name }) => name === wanted);
  if (found !== undefined) return found;
  const near = nearest(
    wanted,
    methods.map(({ name }) => name),
  );
  throw new CommandError(
    'notFound',
    `There is no method ${wanted}.`,
    near === null ? 'See what there is: stratus auth methods' : `Did you mean ${near}?`,
  );
}

async function tellFindings(session: Session, method: string, findings: readonly Omit<Step, 'method'>[]): Promise<void> {
  if (session.format === 'name') await session.print(`${printable(method)}\n`);
  else if (!session.isForPeople) await printData(session, findings);
  else await session.print(findings.map((finding) => stepLine(session, finding)).join(''));
  if (findings.some(({ isRight }) => isRight === false)) throw new AlreadyTold(exitCodes.refused.code);
}

/** Steps of one method stand together, in their order. */
function report(session: Session, { user, steps, rights }: Explanation): string {
  const { style } = session;
  const blocks: string[] = [];
  let method = '';
  for (const step of steps) {
    if (step.method !== method)
      blocks.push(`${style.paint('bold', printable(step.method === 'account' ? `Account ${user}` : `Method ${step.method}`))}\n`);
    method = step.method;
    blocks.push(stepLine(session, step));
  }
  blocks.push(`${style.paint('bold', 'May do')}\n`);
  if (rights === null) return [...blocks, '  nothing: nobody of that name is let in now\n'].join('');
  blocks.push(`  role in the cloud: ${rights.role}\n`);
  if (rights.groups.length > 0) blocks.push(`  groups: ${rights.groups.map(printable).join(', ')}\n`);
  if (rights.projects.length === 0) blocks.push('  projects: none\n');
  for (const { name, role, from } of rights.projects)
    blocks.push(`  ${printable(role)} of project ${printable(name)}${from.length === 0 ? '' : `, by ${from.map(printable).join(', ')}`}\n`);
  return blocks.join('');
}

/** Told by more than colour: + yes, - no, a dot for what is only worth knowing. */
function stepLine({ style }: Session, { isRight, says }: Omit<Step, 'method'>): string {
  const sign = isRight === null ? '·' : isRight ? style.paint('green', '+') : style.paint('red', '-');
  return `  ${sign} ${printable(says)}\n`;
}
