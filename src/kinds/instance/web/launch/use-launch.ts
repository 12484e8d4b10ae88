import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useRef, useState } from 'react';
import { ask, CloudProblem, type Problem } from '../../../../web/cloud/client.ts';
import type { Live } from '../../../../web/cloud/contract.ts';
import { putLive } from '../../../../web/cloud/live-lists.ts';
import { instanceKind, type Instance } from '../../instance.ts';
import type { LaunchRequest } from './draft.ts';
import { keptPart, keyFor, unanswered } from './kept.ts';

type Answer = Live<Instance> | { readonly items: readonly Live<Instance>[] };

interface Refused {
  readonly content: string;
  readonly problem: Problem;
}

/** The page was loaded anew before the answer came. */
function lostBefore(userId: string): Refused | null {
  const content = unanswered(userId);
  return content === null ? null : { content, problem: new CloudProblem({ status: 0 }).problem };
}

/** Sends the form. `problem`: why nothing came of it the last time, until the form is changed or sent again. */
export function useLaunch(userId: string, onMade: (instances: readonly Live<Instance>[]) => void) {
  const client = useQueryClient();
  const [isSending, setSending] = useState(false);
  const [refused, setRefused] = useState(() => lostBefore(userId));
  const isOnItsWay = useRef(false);
  const send = useCallback(
    async (request: LaunchRequest): Promise<Problem | null> => {
      if (isOnItsWay.current) return null;
      isOnItsWay.current = true;
      setSending(true);
      setRefused(null);
      const content = JSON.stringify(request);
      try {
        const { path, project, body } = request;
        const answer = await ask<Answer>('POST', path, { query: { project }, body, headers: { 'idempotency-key': keyFor(content, userId) } });
        const made = 'items' in answer ? answer.items : [answer];
        for (const instance of made) putLive(client, instanceKind.plural, instance);
        onMade(made);
        return null;
      } catch (error) {
        if (!(error instanceof CloudProblem)) throw error;
        // A refusal is an answer: what is sent next is another request.
        if (error.problem.status >= 400 && error.problem.status < 500) keptPart(userId, 'sent').write(null);
        setRefused({ content, problem: error.problem });
        return error.problem;
      } finally {
        isOnItsWay.current = false;
        setSending(false);
      }
    },
    [client, onMade, userId],
  );
  return { isSending, refused, send, forget: useCallback(() => setRefused(null), []) };
}
