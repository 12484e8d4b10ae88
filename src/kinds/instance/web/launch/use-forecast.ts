import { useEffect, useState } from 'react';
import { ask, CloudProblem, type Problem } from '../../../../web/cloud/client.ts';
import { useConnection } from '../../../../web/cloud/cloud.tsx';
import type { Live } from '../../../../web/cloud/contract.ts';
import type { Instance } from '../../instance.ts';
import type { LaunchRequest } from './draft.ts';

interface Room {
  readonly asked: number;
  readonly free: number;
}
/** The answer of a dry run. */
export interface Forecast {
  readonly items: readonly Live<Instance>[];
  readonly hosts: readonly {
    readonly id: string;
    readonly name: string;
    readonly instances: number;
    readonly vcpus: Room;
    readonly memoryMib: Room;
  }[];
}

export type Outlook =
  /** There is not enough to ask about yet. */
  | { readonly is: 'open' }
  | { readonly is: 'good'; readonly forecast: Forecast; readonly isFresh: boolean }
  | { readonly is: 'refused'; readonly problem: Problem; readonly isFresh: boolean }
  /** The cloud does not answer, or does not know any more who asks: asked again as soon as it does. */
  | { readonly is: 'unknown' };

const afterMs = 350;
const retryMs = 3_000;

/** What would come of the request, asked whenever it has rested for a moment. `because`: what else makes an answer old. */
export function useForecast(request: LaunchRequest | null, because: string): Outlook {
  const connection = useConnection();
  const [outlook, setOutlook] = useState<Outlook>({ is: 'open' });
  const [round, setRound] = useState(0);
  const content = request === null ? null : JSON.stringify(request);
  useEffect(() => {
    if (content === null) {
      setOutlook({ is: 'open' });
      return undefined;
    }
    const { path, project, body } = JSON.parse(content) as LaunchRequest;
    const over = new AbortController();
    let again: ReturnType<typeof setTimeout> | undefined;
    // What was said of the form as it was stays on the page, paler, until the new answer is there.
    setOutlook((before) => ('isFresh' in before ? { ...before, isFresh: false } : before));
    const find = async () => {
      try {
        const forecast = await ask<Forecast>('POST', path, { query: { project, dryRun: true }, body, signal: over.signal });
        if (!over.signal.aborted) setOutlook({ is: 'good', forecast, isFresh: true });
      } catch (error) {
        if (over.signal.aborted) return;
        if (!(error instanceof CloudProblem)) throw error;
        const { status } = error.problem;
        if (status !== 0 && status !== 401 && status < 500) return setOutlook({ is: 'refused', problem: error.problem, isFresh: true });
        setOutlook({ is: 'unknown' });
        // Who has to log in again is asked for it by the page; until then every request would be one more refusal.
        if (status !== 401) again = setTimeout(() => setRound((before) => before + 1), retryMs);
      }
    };
    const rest = setTimeout(() => void find(), afterMs);
    return () => {
      over.abort();
      clearTimeout(rest);
      clearTimeout(again);
    };
  }, [content, because, connection.is, round]);
  return outlook;
}
