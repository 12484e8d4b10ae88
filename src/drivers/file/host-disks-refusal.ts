import { DriverError } from '../../core/driver-error.ts';

export function errorCode(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException | null)?.code;
}

/** The host's file system refused: the same as a DriverError, saying what was being done. */
export function refusal(doing: string, error: unknown): DriverError {
  if (error instanceof DriverError) return error;
  const code = errorCode(error);
  if (code === 'ENOSPC' || code === 'EDQUOT') return new DriverError(`${doing}: no space left on this host's disk`, { cause: error });
  return new DriverError(`${doing}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
}

/** What `work` gives; null when the file or directory does not exist. */
export async function orMissing<T>(work: Promise<T>): Promise<T | null> {
  try {
    return await work;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    throw error;
  }
}
