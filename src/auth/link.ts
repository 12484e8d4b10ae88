import { nameKey } from '../control/registry.ts';
import type { Change, Store } from '../control/store/store.ts';
import { comparableNameOf } from '../core/distinguished-name.ts';
import { isId } from '../core/ids.ts';
import type { Resource } from '../core/resource.ts';
import type { CloudRole, ProjectRole } from '../core/role.ts';
import { projectKind } from '../kinds/project/project.ts';
import { isoTime, type Clock } from '../ports/clock.ts';
import type { ExternalIdentity } from '../ports/identity.ts';
import { all, newRecord, put } from './records.ts';
import type { Mapping, OutsideMethod } from './settings/schema.ts';

/** A person as an outside directory, provider or authority knows them, and what that gives them here. */
export const linkKind = 'link';

export interface Grant {
  readonly project: string;
  readonly role: ProjectRole;
}

export interface LinkSpec {
  readonly userId: string;
  /** Name of the method in the settings, e.g. `lab`. */
  readonly method: string;
  readonly type: ExternalIdentity['type'];
  /** What the method knows them by, for ever. */
  readonly subject: string;
  /** As the method calls them, for people. */
  readonly userName: string | null;
  /** As last told. */
  readonly groups: readonly string[];
  /** What the groups give by the settings' mappings, as of the last log-in. */
  readonly grants: readonly Grant[];
  readonly cloudRole: CloudRole | null;
  readonly seenAt: string;
}
export type Link = Resource<LinkSpec>;

const linkKey = ({ method, subject }: Pick<LinkSpec, 'method' | 'subject'>) => `${method}/${subject}`;

export async function findLink(store: Store, who: Pick<LinkSpec, 'method' | 'subject'>): Promise<Link | null> {
  return (await store.getByKey(linkKind, linkKey(who))) as Link | null;
}

export async function linksOf(store: Store, userId: string): Promise<Link[]> {
  const links: Link[] = [];
  for await (const link of all(store, linkKind, { name: 'user', value: userId })) links.push(link as Link);
  return links;
}

/** The change that keeps what a method has just told of a person; `before` null: from now on this is that person. */
export async function putLink(
  store: Store,
  clock: Clock,
  userId: string,
  method: OutsideMethod,
  identity: ExternalIdentity,
  before: Link | null,
): Promise<Change> {
  const { grants, cloudRole } = await granted(store, method, identity);
  const { type, subject, userName, groups } = identity;
  const spec: LinkSpec = { userId, method: method.name, type, subject, userName, groups, grants, cloudRole, seenAt: isoTime(clock.now()) };
  const link: Link = before === null ? newRecord(clock, linkKind, 'lnk', '', userId, spec) : { ...before, updatedAt: spec.seenAt, spec };
  return put(link, { keys: [linkKey(spec)], indexes: { user: userId } });
}

/** What the settings' mappings make of groups. Projects that do not exist give nothing, and are told. */
export async function granted(
  store: Store,
  { mappings }: Pick<OutsideMethod, 'mappings'>,
  { groups }: Pick<ExternalIdentity, 'groups'>,
): Promise<{ grants: Grant[]; cloudRole: CloudRole | null; missing: string[] }> {
  const has = new Set(groups);
  const grants: Grant[] = [];
  const missing: string[] = [];
  let cloudRole: CloudRole | null = null;
  for (const mapping of mappings) {
    if (!has.has(mapping.group) && !has.has(comparableNameOf(mapping.group) ?? mapping.group)) continue;
    if (mapping.cloudRole !== null && cloudRole !== 'administrator') cloudRole = mapping.cloudRole;
    const project = await projectOf(store, mapping);
    if (project === null) missing.push(...(mapping.project === null ? [] : [mapping.project]));
    else if (mapping.role !== null) grants.push({ project, role: mapping.role });
  }
  return { grants, cloudRole, missing };
}

async function projectOf(store: Store, { project }: Mapping): Promise<string | null> {
  if (project === null) return null;
  const found = isId(projectKind.prefix, project) ? await store.get('project', project) : await store.getByKey('project', nameKey(null, project));
  return found?.id ?? null;
}
