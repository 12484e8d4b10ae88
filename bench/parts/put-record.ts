import type { Change } from '../../src/control/store/store.ts';
import type { Resource } from '../../src/core/resource.ts';
import type { ControlPlane } from '../../src/kinds/control-plane.ts';

/** A record as it should be, past admission: to fill a cloud quickly. */
export function putRecordOf({ registry }: ControlPlane, resource: Resource): Change {
  return { op: 'put', resource, expectedRevision: resource.revision, indexed: registry.indexed(resource) };
}
