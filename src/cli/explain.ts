import { CommanderError } from 'commander';
import { ApiError, Untrusted } from './client.ts';
import { CommandError } from './exit-codes.ts';
import { nearest } from './nearest.ts';
import { printable, printableLines } from './output/printable.ts';
import { makeStyle } from './output/style.ts';
import type { Session } from './session.ts';
import { wantsColour, type World } from './world.ts';

/** What an error says to its reader: what, what to do, and with -v by which code and request to find it again. */
export async function explain(error: unknown, session: Session): Promise<string> {
  const suggestion =
    error instanceof ApiError && error.status === 404
      ? await didYouMean(error, session)
      : error instanceof ApiError && error.status === 401
        ? await logInAgain(session)
        : null;
  return errorText(error, session.world, session.options.verbose === true, suggestion);
}

export function errorText(error: unknown, world: World, isVerbose: boolean, suggestion: string | null = null): string {
  const style = makeStyle(wantsColour(world.stderr, world.env));
  const message = error instanceof Error ? error.message : String(error);
  const lines = [`${style.paint('red', 'Error:')} ${printableLines(message.includes('\n') ? message : message.replace(/([^.!?:])$/, '$1.'))}`];
  if (error instanceof ApiError && error.errors.length > 1)
    for (const { field, problem } of error.errors.slice(1)) lines.push(`  ${printable(field)}: ${printable(problem)}`);
  const remedy = suggestion ?? remedyOf(error);
  if (remedy !== null && remedy !== '') lines.push(`  → ${printable(remedy).replace(/([^.!?])$/, '$1.')}`);
  if (isVerbose && error instanceof ApiError)
    lines.push(`  code ${printable(error.code)}, status ${error.status}, request ${printable(error.requestId ?? 'unknown')}`);
  if (isVerbose && error instanceof Error && !(error instanceof ApiError) && !(error instanceof CommandError) && !(error instanceof CommanderError))
    lines.push(error.stack ?? '');
  return `${lines.join('\n')}\n`;
}

function remedyOf(error: unknown): string | null {
  if (error instanceof ApiError || error instanceof CommandError || error instanceof Untrusted) return error.remedy;
  if (error instanceof Error && error.name === 'Unreachable')
    return 'Is it running? On its machine: stratus doctor. Which cloud is asked: stratus context show';
  return null;
}

/** Of what is no kind, and has no list of its own name. */
const lists: Readonly<Record<string, string>> = {
  'log-in method': 'stratus auth methods',
  link: 'stratus user links NAME',
  invitation: 'stratus invitation list PROJECT',
};

/** Where the token came from says what gets one in again. */
async function logInAgain({ cloud, world }: Session): Promise<string | null> {
  if (world.env['STRATUS_TOKEN']) return 'It is the token of STRATUS_TOKEN: give another one there, or unset it';
  if (cloud.name === 'local' || cloud.name === 'env') return null;
  const { readConfig } = await import('./config-file.ts');
  const { current } = await readConfig(world.env);
  return `Log in again: stratus login${cloud.name === current ? '' : ` --name ${cloud.name}`}`;
}

/** The catalogue's NOT_FOUND names the kind and what was asked for: find the name that was meant. */
async function didYouMean({ params }: ApiError, session: Session): Promise<string | null> {
  const { kind: kindName, ref } = params;
  if (typeof kindName !== 'string' || typeof ref !== 'string') return null;
  const list = Object.hasOwn(lists, kindName) ? lists[kindName] : undefined;
  if (list !== undefined) return `See what there is: ${list}`;
  try {
    const { kinds } = await import('../kinds/index.ts');
    const kind = kinds.find((each) => each.name === kindName);
    if (kind === undefined) return null;
    const names: string[] = [];
    for await (const page of session.pages(kind, {}, 5_000)) names.push(...page.map((item) => item.name));
    const near = nearest(ref, names);
    return near === null ? null : `Did you mean ${near}? All there are: stratus ${kind.name} list`;
  } catch {
    return null;
  }
}
