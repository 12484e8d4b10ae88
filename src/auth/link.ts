import type { Resource } from '../core/resource.ts';
import type { CloudRole, ProjectRole } from '../core/role.ts';

/** A person as an outside directory, provider or authority knows them, and what that gives them here. */
export const linkKind = 'link';

export interface LinkSpec {
  readonly userId: string;
  /** Name of the method in the settings, e.g. `lab`. */
  readonly method: string;
  readonly type: 'ldap' | 'oidc' | 'x509';
  /** What the method knows them by, for ever. */
  readonly subject: string;
  /** As last told. */
  readonly groups: readonly string[];
  /** What the groups give by the settings' mappings, as of the last log-in. */
  readonly grants: readonly { readonly project: string; readonly role: ProjectRole }[];
  readonly cloudRole: CloudRole | null;
  readonly seenAt: string;
}
export type Link = Resource<LinkSpec>;
