import type { Kind } from '../../core/kind.ts';
import { useList } from '../cloud/cloud.tsx';
import { ResourceLink } from './resource-link.tsx';

/** Another resource, of which only the id is known, by its name; the id itself where it is gone or not ours to see. */
export function LiveLink({ kind, id }: { kind: Kind; id: string }) {
  const { byId } = useList(kind);
  const name = byId?.get(id)?.name;
  return name === undefined ? <>{id}</> : <ResourceLink kind={kind} id={id} name={name} />;
}
