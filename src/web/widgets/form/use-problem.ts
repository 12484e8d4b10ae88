import { useEffect, useState } from 'react';
import type { Problem } from '../../cloud/client.ts';
import { useSession } from '../../shell/session.tsx';

/** What the cloud said about what was sent. That nobody is logged in is forgotten as soon as somebody is. */
export function useProblem() {
  const { session } = useSession();
  const [problem, setProblem] = useState<Problem | null>(null);
  const isExpired = session.is === 'in' && session.expired;
  useEffect(() => {
    if (!isExpired) setProblem((before) => (before?.status === 401 ? null : before));
  }, [isExpired]);
  return [problem, setProblem] as const;
}
