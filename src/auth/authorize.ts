import type { Caller } from '../control/admission.ts';
import type { Origin } from '../control/audit-entry.ts';
import { CloudError } from '../core/errors.ts';
import type { Resource } from '../core/resource.ts';
import type { Identity } from './identity.ts';
import { audience } from './matrix.ts';

/** The one choke point: may this caller do `verb` to a resource of which this is the resulting record? Throws FORBIDDEN. */
export function authorize(identity: Identity, verb: string, resource: Pick<Resource, 'kind' | 'name' | 'project'>): void {
  if (!mayDo(identity, resource.kind, verb)) throw new CloudError('FORBIDDEN', { verb, what: `${resource.kind} ${resource.name}` });
}

/** Whether any resource of the subject may be meant: the door of a route. {@link authorize} looks at the one that is. */
export function mayDo(identity: Identity | null, subject: string, verb: string): boolean {
  return audience(subject, verb)?.includes(identity?.role ?? 'anyone') ?? false;
}

/** What admission has to know of a caller. */
export function callerOf(identity: Identity, requestId: string | null, origin?: Origin): Caller {
  return {
    userId: identity.userId,
    requestId,
    ...(origin === undefined ? {} : { origin }),
    authorize: (verb, resource) => authorize(identity, verb, resource),
  };
}
