import { diskOf, memoryOf, sum, vcpusOf } from '../../kinds/host/web/host-load.ts';
import type { Instance } from '../../kinds/instance/instance.ts';

/** What somebody's instances take of the cloud, on or off. */
export interface Use {
  /** Id of a project or of a user. */
  readonly id: string;
  readonly instances: number;
  readonly vcpus: number;
  /** Bytes. */
  readonly memory: number;
  /** Bytes. */
  readonly disk: number;
}
export type UseOf = 'vcpus' | 'memory' | 'disk' | 'instances';

/** Who uses most, by one thing; others by name of their id. */
export function whoUses(instances: readonly Instance[], by: 'project' | 'createdBy', sortBy: UseOf): Use[] {
  return [...Map.groupBy(instances, (instance) => instance[by] ?? '')]
    .map(([id, theirs]): Use => ({
      id,
      instances: theirs.length,
      vcpus: sum(theirs, vcpusOf),
      memory: sum(theirs, memoryOf),
      disk: sum(theirs, diskOf),
    }))
    .sort((a, b) => b[sortBy] - a[sortBy] || (a.id < b.id ? -1 : 1));
}
