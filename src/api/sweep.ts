import { isOver, sessionKind, type Session } from '../auth/session.ts';
import { ignoreConflict } from '../auth/session.ts';
import { all, remove } from '../auth/records.ts';
import type { Store } from '../control/store/store.ts';
import { hours } from '../core/units.ts';
import type { Clock } from '../ports/clock.ts';
import { idempotencyKind, isForgotten } from './idempotency.ts';

const sweepEveryMs = 1 * hours;

/** Takes away sessions that are over and answers that nobody can ask for again. Returns how many. */
export async function sweep(store: Store, clock: Clock): Promise<number> {
  let swept = 0;
  for (const kind of [sessionKind, idempotencyKind]) {
    for await (const record of all(store, kind)) {
      const isDone = kind === sessionKind ? isOver(record as Session, clock) : isForgotten(record, clock);
      if (!isDone) continue;
      await store.commit([remove(record)]).catch(ignoreConflict);
      swept++;
    }
  }
  return swept;
}

/** Now and then, until the returned function is called. */
export function sweepRegularly(store: Store, clock: Clock, onError: (error: unknown) => void): () => void {
  let cancel = () => {};
  const run = () => {
    sweep(store, clock).catch(onError);
    cancel = clock.after(sweepEveryMs, run);
  };
  cancel = clock.after(sweepEveryMs, run);
  return () => cancel();
}
