import { useQuery } from '@tanstack/react-query';
import { itemsOf, readQuery, useRead } from './use-read.ts';

export interface Registration {
  readonly id: string;
  readonly user: string;
  readonly displayName: string;
  readonly email: string;
  readonly reason: string | null;
  readonly state: 'unconfirmed' | 'waiting';
  readonly createdAt: string;
}

type Answer = readonly Registration[] | { readonly items: readonly Registration[] };
const path = '/v1/registrations';

/** People who wait for an account. */
export function useRegistrations() {
  const { data, ...rest } = useRead<Answer>(path);
  return { items: itemsOf(data), ...rest };
}

/** How many wait for an answer: asked once, and known anew when their page is looked at. undefined: not known. */
export function useWaitingRegistrations(): number | undefined {
  const { data } = useQuery(readQuery<Answer>(path));
  return itemsOf(data)?.filter(({ state }) => state === 'waiting').length;
}
