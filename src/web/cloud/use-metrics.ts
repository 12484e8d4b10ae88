import { useEffect, useState } from 'react';
import type { Metrics } from '../../core/metrics.ts';
import { ask, CloudProblem, type Problem } from './client.ts';
import { joinMetrics, newsFrom, ranges, type Range } from './metrics.ts';

/** New values come every 10 s; of coarser ones nobody needs to know so soon. */
const lookEveryMs = 10_000;
const lookEveryMsMax = 60_000;

interface Shown {
  /** undefined: not read yet. */
  readonly metrics: Metrics | undefined;
  /** Why nothing new comes; null while it does. */
  readonly problem: Problem | null;
}

/**
 * The history at `path` (`/v1/<plural>/<id>/metrics`), and what is added to it while somebody looks: one small
 * request every 10 s. What was read stays when its host falls silent.
 */
export function useMetrics(path: string, range: Range): Shown {
  const [shown, setShown] = useState<Shown & { of: string }>({ of: '', metrics: undefined, problem: null });
  const of = `${path}?${range}`;
  useEffect(() => {
    const stop = new AbortController();
    let held: Metrics | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isAsking = false;

    const read = async (query: Record<string, string | number>) => ask<Metrics>('GET', path, { query, signal: stop.signal });
    const look = async (): Promise<void> => {
      clearTimeout(timer);
      if (isAsking || document.visibilityState === 'hidden') return;
      isAsking = true;
      try {
        const from = held === undefined ? null : newsFrom(held);
        const news = held === undefined || from === null ? null : await read({ from: new Date(from * 1_000).toISOString(), step: held.stepSeconds });
        const joined = held === undefined || news === null ? null : joinMetrics(held, news, ranges[range]);
        held = joined ?? (await read({ from: `-${range}` }));
        setShown({ of, metrics: held, problem: null });
      } catch (error) {
        if (stop.signal.aborted) return;
        if (!(error instanceof CloudProblem)) throw error;
        setShown({ of, metrics: held, problem: error.problem });
      } finally {
        isAsking = false;
        const everyMs = Math.min(lookEveryMsMax, Math.max(lookEveryMs, (held?.stepSeconds ?? 0) * 1_000));
        if (!stop.signal.aborted) timer = setTimeout(() => void look(), everyMs);
      }
    };
    const whenSeen = () => void look();
    document.addEventListener('visibilitychange', whenSeen);
    void look();
    return () => {
      stop.abort();
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', whenSeen);
    };
  }, [path, range, of]);
  // What is held of another range or resource is not shown as if it were of this one.
  return shown.of === of ? shown : { metrics: undefined, problem: null };
}
