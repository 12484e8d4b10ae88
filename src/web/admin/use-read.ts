import { queryOptions, useQuery, useQueryClient } from '@tanstack/react-query';
import { ask, CloudProblem } from '../cloud/client.ts';

export function readQuery<T>(path: string) {
  return queryOptions({ queryKey: ['read', path], queryFn: () => ask<T>('GET', path) });
}

/** What no watch stream tells: read when one looks, and after each change. */
export function useRead<T>(path: string) {
  const client = useQueryClient();
  const { data, error } = useQuery({ ...readQuery<T>(path), staleTime: 0 });
  return {
    data,
    problem: error instanceof CloudProblem ? error.problem : null,
    readAnew: () => void client.invalidateQueries({ queryKey: ['read', path] }),
  };
}

/** Of an answer that is a list, or has one. */
export function itemsOf<T>(data: readonly T[] | { readonly items: readonly T[] } | undefined): readonly T[] | undefined {
  return data === undefined ? undefined : 'items' in data ? data.items : data;
}
