import { ApiError, Unreachable } from './client.ts';

/** What a script learns from how a command ended. */
export const exitCodes = {
  ok: { code: 0, says: 'Done.' },
  refused: { code: 1, says: 'The cloud refused, or what was asked for failed.' },
  usage: { code: 2, says: 'The command was not understood: a wrong word, option or value.' },
  notFound: { code: 3, says: 'There is nothing of that name.' },
  conflict: { code: 4, says: 'Not possible now: the state forbids it, the name is taken, or it changed meanwhile.' },
  notPermitted: { code: 5, says: 'Not logged in, or not permitted.' },
  unreachable: { code: 6, says: 'The cloud does not answer.' },
  timedOut: { code: 7, says: 'The time given for waiting is over; the cloud goes on with what was asked for.' },
  interrupted: { code: 130, says: 'Ended by Ctrl-C; the cloud goes on with what was asked for.' },
} as const;

export type Exit = keyof typeof exitCodes;

/** A command ends without what it was asked for, for a reason of its own. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly exit: Exit;
  readonly remedy: string | null;

  constructor(exit: Exit, message: string, remedy: string | null = null) {
    super(message);
    this.exit = exit;
    this.remedy = remedy;
  }
}

/** Everything was said already; only the exit code is left to tell. */
export class AlreadyTold extends Error {
  override readonly name = 'AlreadyTold';
  readonly exitCode: number;

  constructor(exitCode: number) {
    super(`exit ${exitCode}`);
    this.exitCode = exitCode;
  }
}

export function exitCodeOf(error: unknown): number {
  if (error instanceof AlreadyTold) return error.exitCode;
  return exitCodes[exitOf(error)].code;
}

function exitOf(error: unknown): Exit {
  if (error instanceof CommandError) return error.exit;
  if (error instanceof Unreachable) return 'unreachable';
  if (error instanceof Error && error.name === 'AbortError') return 'interrupted';
  if (!(error instanceof ApiError)) return 'refused';
  switch (error.status) {
    case 400:
    case 422:
      return 'usage';
    case 401:
    case 403:
      return 'notPermitted';
    case 404:
      return 'notFound';
    case 409:
    case 412:
      return 'conflict';
    case 502:
    case 503:
    case 504:
      return 'unreachable';
    default:
      return 'refused';
  }
}
