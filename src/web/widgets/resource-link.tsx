import { Anchor } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { Kind } from '../../core/kind.ts';

/** The name of a resource, leading to its page. */
export function ResourceLink({ kind, id, name, fw = 550 }: { kind: Pick<Kind, 'plural'>; id: string; name: string; fw?: number }) {
  return (
    <Anchor fw={fw} inherit renderRoot={(props) => <Link to={`/${kind.plural}/${id}`} {...props} />}>
      {name}
    </Anchor>
  );
}
