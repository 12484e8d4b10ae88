import { seconds } from '../core/units.ts';
import { sleep, type Clock } from '../ports/clock.ts';

/** A fresh answer is waited for so long; then the one before is as good. */
const patienceMs = 2 * seconds;

/**
 * The newest answer of something that may hang or fail, such as a look at a disk. A sign of life that waited
 * for it would make a host look lost when only its disk is slow. Only the first answer is waited for to the end.
 */
export function latest<T>(clock: Clock, ask: () => Promise<T>): () => Promise<T> {
  let known: { readonly answer: T } | null = null;
  let asking: Promise<T> | null = null;
  const askAgain = async (): Promise<T> => {
    try {
      const answer = await ask();
      known = { answer };
      return answer;
    } finally {
      asking = null;
    }
  };
  return async () => {
    asking ??= askAgain();
    if (known === null) return asking;
    const { answer: before } = known;
    return Promise.race([asking.catch(() => before), sleep(clock, patienceMs).then(() => before)]);
  };
}
