import { looksLikeId } from '../../core/ids.ts';
import type { Kind } from '../../core/kind.ts';
import type { WireResource } from '../kind-cli.ts';
import type { Session } from '../session.ts';

/** Names of what a resource refers to by id, so that people read names. What cannot be asked is left out. */
export async function namesIn(session: Session, parts: readonly unknown[]): Promise<ReadonlyMap<string, string>> {
  const ids = new Set<string>();
  for (const part of parts) collect(part, ids);
  if (ids.size === 0) return new Map();
  const { kinds } = await import('../../kinds/index.ts');
  const found = await Promise.all([...ids].slice(0, idsMax).map((id) => nameOf(session, kinds, id)));
  return new Map(found.filter((pair) => pair !== null));
}

/** A page of a list refers to few things; more are not worth so many questions. */
const idsMax = 50;

async function nameOf(session: Session, kinds: readonly Kind[], id: string): Promise<[string, string] | null> {
  const kind = kinds.find(({ prefix }) => id.startsWith(`${prefix}-`));
  if (kind === undefined) return null;
  const found = await session.client
    .request<WireResource>('GET', `/v1/${kind.plural}/${id}`, { signal: session.world.interrupted })
    .catch(() => null);
  return found === null ? null : [id, found.name];
}

function collect(value: unknown, ids: Set<string>): void {
  if (typeof value === 'string' && looksLikeId(value)) ids.add(value);
  else if (typeof value === 'object' && value !== null) for (const inner of Object.values(value)) collect(inner, ids);
}
