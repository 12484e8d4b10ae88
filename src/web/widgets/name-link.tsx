import type { Kind } from '../../core/kind.ts';
import type { Resource } from '../../core/resource.ts';
import { RowLink } from './row-link.tsx';

/** The name of a resource, leading to its page: the first column of a kind's table. */
export function NameLink({ kind, resource }: { kind: Kind; resource: Resource }) {
  return (
    <RowLink to={`/${kind.plural}/${resource.id}`} strong>
      {resource.name}
    </RowLink>
  );
}
