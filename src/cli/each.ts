import { AlreadyTold, exitCodeOf } from './exit-codes.ts';
import { explain } from './explain.ts';
import type { Session } from './session.ts';

/** Requests under way at once where nothing is said. */
const atOnceMax = 8;

/**
 * The same for several names, side by side; each result is told. One failure does not stop the others; the
 * exit code is that of the first that failed.
 */
export async function forEach<T>(session: Session, refs: readonly string[], work: (ref: string) => Promise<T>, atOnce = atOnceMax): Promise<T[]> {
  const unique = [...new Set(refs)];
  if (unique.length === 1) return [await work(unique[0] as string)];
  const results = new Map<string, T>();
  const failures = new Map<string, unknown>();
  const queue = [...unique];
  const worker = async () => {
    for (let ref = queue.shift(); ref !== undefined; ref = queue.shift()) {
      try {
        results.set(ref, await work(ref));
      } catch (error) {
        failures.set(ref, error);
        session.tellError(error instanceof AlreadyTold ? '' : await explain(error, session));
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, unique.length) }, worker));
  const first = unique.find((ref) => failures.has(ref));
  if (first !== undefined) throw new PartlyDone([...results.values()], exitCodeOf(failures.get(first)));
  return unique.map((ref) => results.get(ref) as T);
}

/** Some of it worked; the failures were told. */
export class PartlyDone extends AlreadyTold {
  readonly results: readonly unknown[];

  constructor(results: readonly unknown[], exitCode: number) {
    super(exitCode);
    this.results = results;
  }
}
