import { createContext, use, useCallback, useEffect, useMemo, useState, type ReactNode } from 'react';
import type { CloudRole, ProjectRole } from '../../core/role.ts';
import { ask, CloudProblem, sendCsrfToken, whenLoggedOut, whenStepNeeded, type Problem } from '../cloud/client.ts';

export interface User {
  readonly id: string;
  readonly name: string;
  readonly role: CloudRole;
  /** Where this person is in, and the greatest role there. */
  readonly projects: readonly { readonly id: string; readonly name: string; readonly role: ProjectRole }[];
  readonly groups: readonly { readonly id: string; readonly name: string }[];
}

/** What has to be done before anything else. */
export type Pending = 'conditions' | 'second-factor';

type Session =
  | { readonly is: 'unknown' }
  | { readonly is: 'unreachable'; readonly problem: Problem }
  | { readonly is: 'out' }
  /** `expired`: the page stays as it is, with a log-in over it, so that nothing in a form is lost. */
  | {
      readonly is: 'in';
      readonly user: User;
      readonly expired: boolean;
      readonly pending: Pending | null;
      /** How many days an instance may live; null: for ever. */
      readonly leaseDaysMax: number | null;
      /** Whether the page was shown already: what is pending then comes over it, for the same reason. */
      readonly wasFree: boolean;
    };

interface Answer extends Pick<User, 'projects' | 'groups'> {
  readonly user: Omit<User, 'projects' | 'groups'>;
  readonly pending?: Pending | null;
  readonly csrfToken?: string;
  readonly leaseDaysMax?: number | null;
}

interface SessionActions {
  readonly session: Session;
  readonly logOut: () => Promise<void>;
  readonly retry: () => void;
  /** Somebody has just logged in, or has done what was pending: who it is, and what is pending now. Throws CloudProblem. */
  readonly arrive: () => Promise<void>;
  /** Asks again what this person may: somebody has changed that. */
  readonly refresh: () => Promise<void>;
}

const SessionContext = createContext<SessionActions | null>(null);

export function SessionProvider({ children }: { children: ReactNode }) {
  const [session, setSession] = useState<Session>({ is: 'unknown' });
  const enter = useCallback(({ user, projects, groups, pending = null, csrfToken, leaseDaysMax = null }: Answer) => {
    sendCsrfToken(csrfToken ?? null);
    setSession((before) => {
      const wasFree = before.is === 'in' && before.wasFree && before.user.id === user.id;
      return { is: 'in', user: { ...user, projects, groups }, expired: false, pending, leaseDaysMax, wasFree: wasFree || pending === null };
    });
  }, []);
  const look = useCallback(async () => {
    try {
      enter(await ask<Answer>('GET', '/v1/session'));
    } catch (error) {
      const { problem } = error as CloudProblem;
      setSession(problem.status === 401 ? { is: 'out' } : { is: 'unreachable', problem });
    }
  }, [enter]);
  useEffect(() => {
    whenLoggedOut(() => setSession((before) => (before.is === 'in' ? { ...before, expired: true } : { is: 'out' })));
    whenStepNeeded(() => void ask<Answer>('GET', '/v1/session').then(enter, () => undefined));
    void look();
  }, [enter, look]);
  const actions = useMemo(
    (): SessionActions => ({
      session,
      logOut: async () => {
        await ask('DELETE', '/v1/session').catch((error: unknown) => {
          if (!(error instanceof CloudProblem && error.problem.status === 401)) throw error;
        });
        sendCsrfToken(null);
        // Drafts of forms, with user-data in them: who comes next in this window does not find them.
        sessionStorage.clear();
        setSession({ is: 'out' });
      },
      retry: () => void look(),
      arrive: async () => enter(await ask<Answer>('GET', '/v1/session')),
      // Where that cannot be had now, the next answer of the cloud says what is so.
      refresh: async () => ask<Answer>('GET', '/v1/session').then(enter, () => undefined),
    }),
    [session, enter, look],
  );
  return <SessionContext value={actions}>{children}</SessionContext>;
}

export function useSession(): SessionActions {
  const actions = use(SessionContext);
  if (actions === null) throw new Error('there is no session around this component');
  return actions;
}

export function useUser(): User {
  const { session } = useSession();
  if (session.is !== 'in') throw new Error('nobody is logged in');
  return session.user;
}
