import { createContext, use, useCallback, useEffect, useMemo, useState, type ReactNode } from 'react';
import type { CloudRole, ProjectRole } from '../../core/role.ts';
import { ask, CloudProblem, sendCsrfToken, whenLoggedOut, type Problem } from '../cloud/client.ts';

export interface User {
  readonly id: string;
  readonly name: string;
  readonly role: CloudRole;
  /** Where this person is in, and the greatest role there. */
  readonly projects: readonly { readonly id: string; readonly name: string; readonly role: ProjectRole }[];
  readonly groups: readonly { readonly id: string; readonly name: string }[];
}

type Session =
  | { readonly is: 'unknown' }
  | { readonly is: 'unreachable'; readonly problem: Problem }
  | { readonly is: 'out' }
  /** `expired`: the page stays as it is, with a log-in over it, so that nothing in a form is lost. */
  | { readonly is: 'in'; readonly user: User; readonly expired: boolean };

interface Answer extends Pick<User, 'projects' | 'groups'> {
  readonly user: Omit<User, 'projects' | 'groups'>;
  readonly csrfToken?: string;
}

interface SessionActions {
  readonly session: Session;
  readonly logIn: (user: string, password: string) => Promise<void>;
  readonly logOut: () => Promise<void>;
  readonly retry: () => void;
  /** Asks again what this person may: somebody has changed that. */
  readonly refresh: () => Promise<void>;
}

const SessionContext = createContext<SessionActions | null>(null);

export function SessionProvider({ children }: { children: ReactNode }) {
  const [session, setSession] = useState<Session>({ is: 'unknown' });
  const enter = useCallback(({ user, projects, groups, csrfToken }: Answer) => {
    sendCsrfToken(csrfToken ?? null);
    setSession({ is: 'in', user: { ...user, projects, groups }, expired: false });
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
    void look();
  }, [look]);
  const actions = useMemo(
    (): SessionActions => ({
      session,
      logIn: async (user, password) => {
        await ask('POST', '/v1/session', { body: { user, password } });
        enter(await ask<Answer>('GET', '/v1/session'));
      },
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
