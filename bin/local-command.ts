import { isAbsolute } from 'node:path';
import { ApiError, Unreachable } from '../src/cli/client.ts';
import { DriverError } from '../src/core/driver-error.ts';
import { homePaths, type Home } from '../src/local/home.ts';
import { LocalError } from '../src/local/local-error.ts';

/** Runs a command of this machine's own parts. What its user can mend is said in words; what is our bug is shown whole. */
export async function localCommand(name: string, work: () => Promise<number>): Promise<number> {
  try {
    return await work();
  } catch (error) {
    const { message, remedy, isUsage } = inWords(name, error);
    process.stderr.write(`Error: ${message.replace(/([^.!?:])$/, '$1.')}\n${remedy === '' ? '' : `  → ${remedy}\n`}`);
    return isUsage ? 2 : 1;
  }
}

function inWords(name: string, error: unknown): { message: string; remedy: string; isUsage: boolean } {
  if (error instanceof LocalError) return error;
  if (error instanceof ApiError) return { message: error.message, remedy: error.remedy ?? '', isUsage: false };
  if (error instanceof DriverError || error instanceof Unreachable)
    return { message: error.message, remedy: 'stratus doctor looks for the cause on this machine.', isUsage: false };
  if (isOfParseArgs(error)) {
    // Node adds how to give a word that begins with a dash: nobody means that here.
    const message = error.message.split('. To specify')[0] ?? '';
    return { message, remedy: `stratus ${name} --help shows the options.`, isUsage: true };
  }
  throw error;
}

function isOfParseArgs(error: unknown): error is Error {
  return error instanceof Error && String((error as NodeJS.ErrnoException).code).startsWith('ERR_PARSE_ARGS_');
}

/** A relative one would be another directory each time. */
export function homeAt(dir: string): Home {
  if (!isAbsolute(dir)) throw new LocalError(`The home ${JSON.stringify(dir)} is not an absolute path`, 'Begin it with a slash.', { isUsage: true });
  return homePaths(dir);
}

/** A whole number within limits; throws LocalError with the option's name. */
export function wholeNumber(option: string, text: string, least: number, most: number): number {
  if (/^\d{1,9}$/.test(text) && Number(text) >= least && Number(text) <= most) return Number(text);
  throw new LocalError(`${option} ${JSON.stringify(text)} is not a whole number from ${least} to ${most}`, '--help explains it.', { isUsage: true });
}
