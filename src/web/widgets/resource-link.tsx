import { Anchor } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { Kind } from '../../core/kind.ts';
import { useList } from '../cloud/cloud.tsx';

/** Another resource by its name; its id alone where it is gone or not ours to see. */
export function ResourceLink({ kind, id }: { kind: Kind; id: string }) {
  const { byId } = useList(kind);
  const name = byId?.get(id)?.name;
  if (name === undefined) return <>{id}</>;
  return <Anchor renderRoot={(props) => <Link to={`/${kind.plural}/${id}`} {...props} />}>{name}</Anchor>;
}
