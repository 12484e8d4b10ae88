import { useQuery } from '@tanstack/react-query';
import { userKind, type User } from '../../kinds/user/user.ts';
import { useUser } from '../shell/session.tsx';
import { isId } from '../../core/ids.ts';
import { seesWholeCloud } from './access.ts';
import { ask } from './client.ts';
import { useList } from './cloud.tsx';

/** One account, where the reader may see it: from the list where that is held, else alone. Names do not change. */
export function useAccount(id: string): Pick<User, 'name'> | undefined {
  const seesAll = seesWholeCloud(useUser());
  const { byId } = useList(userKind, { isWanted: false });
  const held = byId?.get(id);
  const { data } = useQuery({
    queryKey: ['account', id],
    queryFn: ({ signal }) => ask<User>('GET', `/v1/${userKind.plural}/${id}`, { signal }),
    enabled: seesAll && byId === undefined && isId(userKind.prefix, id),
  });
  return held ?? (byId === undefined ? data : undefined);
}
