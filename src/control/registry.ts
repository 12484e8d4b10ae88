import type { Kind } from '../core/kind.ts';
import type { Resource } from '../core/resource.ts';
import type { Indexed } from './store/store.ts';

/** The kinds of this cloud by name, and what the store should find their records by. */
export class Registry {
  readonly kinds: readonly Kind[];
  readonly #byName: ReadonlyMap<string, Kind>;

  constructor(kinds: readonly Kind[]) {
    this.kinds = kinds;
    this.#byName = new Map(kinds.map((kind) => [kind.name, kind]));
  }

  get(name: string): Kind {
    const kind = this.#byName.get(name);
    if (kind === undefined) throw new Error(`no such kind: ${name}`);
    return kind;
  }

  has(name: string): boolean {
    return this.#byName.has(name);
  }

  indexed(resource: Resource): Indexed {
    const kind = this.get(resource.kind);
    return {
      keys: [nameKey(resource.project, resource.name), ...(kind.keys?.(resource) ?? [])],
      indexes: {
        ...(resource.project === null ? {} : { project: resource.project }),
        ...Object.fromEntries((resource.shares ?? []).map((share) => [sharedIndex(share.with), 'yes'])),
        ...kind.indexes(resource),
      },
    };
  }
}

/** The unique key under which a name is taken within its project, or within the cloud. */
export function nameKey(project: string | null, name: string): string {
  return `name/${project ?? ''}/${name}`;
}

/** The index of all that is shared with somebody; its value is always `yes`. */
export function sharedIndex(principal: string): string {
  return `shared/${principal}`;
}
