import type { ErrorCode } from '../core/errors.ts';
import type { Kind } from '../core/kind.ts';

/** What else than its form can be wrong with a request for something new: for the reference. */
const atCreate: Readonly<Record<string, readonly ErrorCode[]>> = {
  image: ['QUOTA_EXCEEDED'],
  instance: [
    'QUOTA_EXCEEDED',
    'NO_HOST_FITS',
    'IMAGE_NOT_READY',
    'DISK_TOO_SMALL',
    'NETWORK_FULL',
    'LIMIT_REACHED',
    'USER_DATA_INVALID',
    'BEING_DELETED',
  ],
  'ssh-key': ['SSH_KEY_INVALID'],
  user: ['EMAIL_TAKEN'],
};

const atVerb: Readonly<Record<string, readonly ErrorCode[]>> = {
  'project.set-member': ['NOT_FOUND', 'LAST_OWNER', 'LIMIT_REACHED'],
  'project.remove-member': ['NOT_A_MEMBER', 'LAST_OWNER'],
  'group.add-members': ['NOT_FOUND', 'LIMIT_REACHED'],
  'group.remove-members': ['NOT_A_MEMBER'],
  'instance.start': ['LEASE_OVER'],
  'instance.resume': ['LEASE_OVER'],
  'instance.reboot': ['LEASE_OVER'],
  'instance.resize': ['QUOTA_EXCEEDED', 'NO_HOST_FITS', 'NOT_CHANGEABLE', 'LIMIT_REACHED'],
};

export function createErrors(kind: Kind): readonly ErrorCode[] {
  return ['NAME_TAKEN', 'NOT_FOUND', ...projectErrors(kind), ...(atCreate[kind.name] ?? [])];
}

/** Where a project may have to be named. */
export function projectErrors({ scope }: Kind): readonly ErrorCode[] {
  return scope === 'project' ? ['PROJECT_NEEDED'] : [];
}

export function verbErrors({ name }: Kind, verb: string): readonly ErrorCode[] {
  return ['STATE_FORBIDS', 'BEING_DELETED', ...(atVerb[`${name}.${verb}`] ?? [])];
}
