import { useSyncExternalStore } from 'react';
import { useFormat } from '../words/format.ts';

const listeners = new Set<() => void>();
let nowMs = Date.now();
let timer: ReturnType<typeof setInterval> | null = null;

/** One clock for the whole page, ticking while somebody looks at it. Ms since 1970, coarse. */
export function useNow(): number {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      timer ??= setInterval(() => {
        nowMs = Date.now();
        for (const each of listeners) each();
      }, 5_000);
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0 && timer !== null) {
          clearInterval(timer);
          timer = null;
        }
      };
    },
    () => nowMs,
  );
}

/** A time as people say it; the exact one under the pointer, for screen readers and for copying. */
export function When({ at }: { at: string | null }) {
  const format = useFormat();
  const now = useNow();
  if (at === null) return <>–</>;
  return (
    // Plain: a table draws many of them as it is scrolled.
    <time dateTime={at} title={format.time(at)}>
      {format.ago(at, Math.max(now, Date.parse(at)))}
    </time>
  );
}
