import type { AdmissionDeps, Caller } from '../../control/admission.ts';
import { auditChange, subjectOf, type Origin } from '../../control/audit-entry.ts';
import type { Slice } from '../../control/slice.ts';
import { CommitConflict, type Change, type Store } from '../../control/store/store.ts';
import { CloudError } from '../../core/errors.ts';
import type { Resource } from '../../core/resource.ts';
import type { Clock } from '../../ports/clock.ts';
import { originOf } from '../authorize.ts';
import type { Identity } from '../identity.ts';
import type { IdentityServices } from '../services.ts';
import type { Visit } from '../sign-in.ts';

/** What everything works with that people do about accounts. */
export interface FlowDeps {
  readonly cloud: AdmissionDeps & { slice(kind: string): Slice };
  readonly identity: IdentityServices;
}

/** Who does it, as it stands in the audit log. */
export interface Actor {
  /** Id of the user; null where nobody has logged in. */
  readonly userId: string | null;
  readonly requestId: string | null;
  readonly origin: Origin;
}

export function actorOf(identity: Identity, requestId: string | null): Actor {
  return { userId: identity.userId, requestId, origin: originOf(identity) };
}

/** Somebody who is not logged in. `name`: what they say they are. */
export function strangerAt({ address, requestId }: Visit, name: string): Actor {
  return { userId: null, requestId, origin: { name, method: 'none', credentialId: null, address } };
}

/** Somebody who has proven by a mailed link who they are. */
export function linkHolderAt({ address, requestId }: Visit, who: { id: string; name: string } | null, linkId: string): Actor {
  return { userId: who?.id ?? null, requestId, origin: { name: who?.name ?? '', method: 'link', credentialId: linkId, address } };
}

/** The entry of the audit log, for the commit of what it tells of. */
export function deed(
  clock: Clock,
  actor: Actor,
  action: string,
  subject: Resource | null,
  details: Readonly<Record<string, string | number | boolean | null>> = {},
): Change {
  return auditChange(clock, { ...actor, action, subjects: subject === null ? [] : [subjectOf(subject)], details });
}

/** For admission: what the actor may was decided before, by the link or the account that is their own. `userId`: who it is made by. */
export function decidedCaller({ requestId, origin, userId }: Actor, madeBy: string = userId ?? 'anyone'): Caller {
  return { userId: madeBy, requestId, origin, authorize: () => undefined };
}

const decisionsMax = 20;

/** Commits what `decide` decided; when somebody was faster, it decides again on what is then true. Throws CONFLICT. */
export async function decided<T>(
  store: Store,
  decide: () => Promise<{ result: T; changes: readonly Change[] }>,
): Promise<{ result: T; revision: number }> {
  for (let decisions = 1; ; decisions++) {
    const { result, changes } = await decide();
    try {
      return { result, revision: await store.commit(changes) };
    } catch (error) {
      if (!(error instanceof CommitConflict)) throw error;
      if (decisions === decisionsMax) throw new CloudError('CONFLICT', { what: 'this account' });
    }
  }
}
