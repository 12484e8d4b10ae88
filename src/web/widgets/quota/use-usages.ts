import { useQueries, useQueryClient } from '@tanstack/react-query';
import { useEffect, useMemo } from 'react';
import type { Resource } from '../../../core/resource.ts';
import { kinds } from '../../../kinds/index.ts';
import { ask } from '../../cloud/client.ts';
import { useWatch } from '../../cloud/cloud.tsx';
import type { LiveChange } from '../../cloud/live-lists.ts';
import type { Usage } from './amounts.ts';

export interface Holder {
  readonly kind: 'project' | 'user';
  readonly id: string;
}

const takers = new Map(
  kinds.filter((kind) => kind.takes !== undefined).map((kind) => [kind.name, (resource: Resource) => kind.takes?.(resource) ?? {}]),
);
/** Many changes at once are one question. */
const restMs = 400;

/** What each of them takes, in order; undefined until it is read. Read anew when something of it changes, as the watch tells. */
export function useUsages(holders: readonly Holder[]): readonly (Usage | undefined)[] {
  const watch = useWatch();
  const client = useQueryClient();
  const ids = useMemo(() => new Set(holders.map(({ id }) => id)), [holders]);
  useEffect(() => {
    let rest: ReturnType<typeof setTimeout> | undefined;
    const taken = new Map<string, string>();
    const readAnew = () => {
      rest ??= setTimeout(() => {
        rest = undefined;
        void client.invalidateQueries({ queryKey: ['usage'] });
      }, restMs);
    };
    /** Most of what changes of a machine takes nothing more and nothing less. */
    const isOfIt = ({ type, kind, id, resource }: LiveChange): boolean => {
      if (ids.has(id)) return true;
      const takes = takers.get(kind);
      if (takes === undefined) return false;
      if (type === 'delete' || resource === undefined) return true;
      if (!ids.has(resource.project ?? '') && !ids.has(resource.createdBy)) return false;
      const amounts = JSON.stringify(takes(resource));
      if (taken.get(id) === amounts) return false;
      taken.set(id, amounts);
      return true;
    };
    const forget = [
      watch.onChanges((changes) => {
        // Each of them is looked at: what it takes is to be remembered.
        if (changes.filter(isOfIt).length > 0) readAnew();
      }),
      watch.onStartOver(readAnew),
    ];
    return () => {
      clearTimeout(rest);
      for (const each of forget) each();
    };
  }, [watch, client, ids]);
  return useQueries({
    queries: holders.map(({ kind, id }) => ({
      queryKey: ['usage', kind, id],
      queryFn: ({ signal }: { signal: AbortSignal }) => ask<Usage>('GET', `/v1/${kind}s/${id}/usage`, { signal }),
      // Nobody listened while it was not shown.
      staleTime: 0,
    })),
    combine: (results) => results.map(({ data }) => data),
  });
}
