import type { Feed } from '../control/feed.ts';
import type { Store, WatchEvent } from '../control/store/store.ts';
import type { Resource } from '../core/resource.ts';
import { greaterRole, memberIndex, type CloudRole, type ProjectRole } from '../core/role.ts';
import type { Group } from '../kinds/group/group.ts';
import type { Project } from '../kinds/project/project.ts';
import type { User } from '../kinds/user/user.ts';
import { linkKind, type Link } from './link.ts';
import { all } from './records.ts';

/** What one person may, as it follows from the user, the groups, the projects and what outside directories say. */
export interface Rights {
  readonly userId: string;
  readonly role: CloudRole;
  readonly groups: ReadonlySet<string>;
  /** Project id → the greatest role there. */
  readonly projects: ReadonlyMap<string, ProjectRole>;
  /** Ids that a share may name to mean this person: the person's own, those of groups and projects, and `everyone`. */
  readonly principals: ReadonlySet<string>;
  /** Records that this follows from: what was decided by it holds only while they are at these revisions. */
  readonly sources: ReadonlyMap<string, Resource>;
}

const kindsThatMatter = new Set(['user', 'group', 'project', linkKind]);
const keptMax = 10_000;

/**
 * The rights of those who ask, kept until something changes that they follow from. Who streams is told when they do.
 * Without a feed (a tool, a test) nothing is kept.
 */
export class RightsBook {
  readonly #store: Store;
  readonly #isKept: boolean;
  readonly #kept = new Map<string, Rights>();
  readonly #listeners = new Set<() => void>();
  /** Grows with every change that matters: what was read before it is not kept. */
  #changes = 0;

  constructor(store: Store, feed: Feed | null) {
    this.#store = store;
    this.#isKept = feed !== null;
    feed?.subscribe((event) => this.#hear(event));
  }

  /** null: there is no such user, or the user is blocked. */
  async of(userId: string): Promise<Rights | null> {
    const kept = this.#kept.get(userId);
    if (kept !== undefined) return kept;
    const changesBefore = this.#changes;
    const rights = await readRights(this.#store, userId);
    if (rights !== null && this.#isKept && this.#changes === changesBefore) {
      const oldest = this.#kept.keys().next();
      if (this.#kept.size >= keptMax && oldest.done !== true) this.#kept.delete(oldest.value);
      this.#kept.set(userId, rights);
    }
    return rights;
  }

  /** Read anew, because a decision that leaned on them was overtaken. */
  async fresh(userId: string): Promise<Rights | null> {
    this.#kept.delete(userId);
    return readRights(this.#store, userId);
  }

  /** Calls `changed` when something has changed that anybody's rights may follow from. */
  onChange(changed: () => void): () => void {
    this.#listeners.add(changed);
    return () => this.#listeners.delete(changed);
  }

  #hear(event: WatchEvent): void {
    if (kindsThatMatter.has(event.kind)) this.#changes++;
    else return;
    for (const [userId, rights] of this.#kept) if (concerns(event, rights)) this.#kept.delete(userId);
    for (const listener of this.#listeners) listener();
  }
}

/** Whether these rights may follow from what has changed. */
export function concerns({ kind, id, resource }: WatchEvent, { userId, groups, principals, sources }: Rights): boolean {
  if (!kindsThatMatter.has(kind)) return false;
  if (sources.has(id)) return true;
  if (resource === null) return groups.has(id);
  if (kind === 'group') return (resource as Group).spec.members.some(({ user }) => user === userId);
  if (kind === 'project') return (resource as Project).spec.members.some((member) => principals.has(member.id));
  return kind === linkKind && (resource as Link).spec.userId === userId;
}

/** They show the same, whatever they follow from. */
export function showsSame(a: Rights, b: Rights): boolean {
  if (a.role !== 'user' && b.role !== 'user') return true;
  const said = ({ role, groups, projects }: Rights) => JSON.stringify([role, [...groups].toSorted(), [...projects].toSorted()]);
  return said(a) === said(b);
}

async function readRights(store: Store, userId: string): Promise<Rights | null> {
  const user = (await store.get('user', userId)) as User | null;
  if (user === null || user.spec.isBlocked) return null;
  const sources = new Map<string, Resource>([[user.id, user]]);
  const groups = new Set<string>();
  const projects = new Map<string, ProjectRole>();
  let { role } = user.spec;
  for await (const group of all(store, 'group', { name: memberIndex(userId), value: 'yes' })) {
    groups.add(group.id);
    sources.set(group.id, group);
  }
  for (const id of [userId, ...groups]) {
    for await (const project of all(store, 'project', { name: memberIndex(id), value: 'yes' })) {
      for (const member of (project as Project).spec.members)
        if (member.id === id) projects.set(project.id, greaterRole(projects.get(project.id) ?? null, member.role) as ProjectRole);
      sources.set(project.id, project);
    }
  }
  for await (const link of all(store, linkKind, { name: 'user', value: userId })) {
    const { grants, cloudRole } = (link as Link).spec;
    for (const grant of grants) projects.set(grant.project, greaterRole(projects.get(grant.project) ?? null, grant.role) as ProjectRole);
    if (cloudRole !== null && role === 'user') role = cloudRole;
    sources.set(link.id, link);
  }
  return { userId, role, groups, projects, principals: new Set([userId, ...groups, ...projects.keys(), 'everyone']), sources };
}
