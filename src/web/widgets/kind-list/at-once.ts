/** Does `work` with each, at most so many at the same moment, until all are done or `signal` aborts; what has begun is finished. */
export async function atOnce<T>(count: number, all: readonly T[], signal: AbortSignal, work: (each: T) => Promise<void>): Promise<void> {
  let next = 0;
  const one = async (): Promise<void> => {
    while (next < all.length && !signal.aborted) await work(all[next++] as T);
  };
  await Promise.all(Array.from({ length: Math.min(count, all.length) }, one));
}
