import { nameKey } from '../control/registry.ts';
import type { Store } from '../control/store/store.ts';
import { isId } from '../core/ids.ts';
import type { Kind } from '../core/kind.ts';
import type { Resource } from '../core/resource.ts';
import { defaultProjectName, projectKind } from './project/project.ts';

export interface Search {
  readonly ref: string;
  /** Id of the project whose name it may be; null: of none. */
  readonly project: string | null;
  /**
   * To be read or used: then also shared ones of the default project are meant, where the kind has that. What is
   * changed, deleted or shared is always said exactly.
   */
  readonly isForUse: boolean;
}

/**
 * What a name or an id means to somebody: an id means itself; `PROJECT/NAME` the one of that project; a name the one of
 * the search's project, then, where the kind has that, of the default project. null: there is none that `mayRead`; who may
 * not know of one learns nothing, not even by the time that it takes.
 */
export async function findVisible(
  records: Pick<Store, 'get' | 'getByKey'>,
  kind: Kind,
  { ref, project, isForUse }: Search,
  mayRead: (resource: Resource) => boolean,
): Promise<Resource | null> {
  const visible = (found: Resource | null) => (found !== null && mayRead(found) ? found : null);
  const byName = async (owner: string | null, name: string) => visible(await records.getByKey(kind.name, nameKey(owner, name)));
  if (isId(kind.prefix, ref)) return visible(await records.get(kind.name, ref));
  if (kind.scope === 'cloud') return byName(null, ref);
  const slash = ref.indexOf('/');
  if (slash >= 0) {
    const owner = await projectByRef(records, ref.slice(0, slash));
    return byName(owner?.id ?? '', ref.slice(slash + 1));
  }
  const own = project === null ? null : await byName(project, ref);
  if (own !== null || !isForUse || kind.isFoundFromAnywhere !== true) return own;
  const common = await projectByRef(records, defaultProjectName);
  return common === null || common.id === project ? null : byName(common.id, ref);
}

function projectByRef(records: Pick<Store, 'get' | 'getByKey'>, ref: string): Promise<Resource | null> {
  return isId(projectKind.prefix, ref) ? records.get('project', ref) : records.getByKey('project', nameKey(null, ref));
}
