import { useState } from 'react';
import { CloudProblem } from '../../cloud/client.ts';
import { sayProblem } from '../problem.tsx';
import { saySentence } from '../../words/use-sentence.ts';
import { useProblem } from './use-problem.ts';

/** One request at a time, and what the cloud said against it. */
export function useSending() {
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useProblem();
  return {
    isBusy,
    problem,
    forget: () => setProblem(null),
    /** What is wrong with a field, in the cloud's words; undefined: nothing. */
    errorOf: (field: string): string | undefined => {
      if (problem === null) return undefined;
      const { code, params, errors } = problem;
      if (code === 'PASSWORD_WEAK' && (field === 'password' || field === 'new')) return sayProblem(problem).says;
      const own = code === 'INPUT_INVALID' && params['where'] === field ? String(params['problem']) : undefined;
      const said = errors.find((each) => each.field === field)?.problem ?? own;
      return said === undefined ? undefined : saySentence(said);
    },
    /** true: it was done. What is no answer of the cloud is thrown on. */
    send: async (what: () => Promise<unknown>): Promise<boolean> => {
      setBusy(true);
      setProblem(null);
      try {
        await what();
        return true;
      } catch (error) {
        if (!(error instanceof CloudProblem)) throw error;
        setProblem(error.problem);
        return false;
      } finally {
        setBusy(false);
      }
    },
  };
}
