import type { Kind } from '../../core/kind.ts';
import { useList } from '../cloud/cloud.tsx';
import { ResourceLink } from './resource-link.tsx';

/** Another resource by its present name; where it is gone or not ours to see, as it was called, or its id. */
export function LiveLink({ kind, id, known }: { kind: Kind; id: string; known?: string }) {
  const { byId } = useList(kind);
  const name = byId?.get(id)?.name;
  return name === undefined ? <>{known ?? id}</> : <ResourceLink kind={kind} id={id} name={name} />;
}
