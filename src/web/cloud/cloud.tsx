import { QueryClientProvider, useQuery, useQueryClient, type QueryClient } from '@tanstack/react-query';
import { createContext, use, useEffect, useMemo, useState, useSyncExternalStore, type ReactNode } from 'react';
import type { Kind } from '../../core/kind.ts';
import type { Resource, Share } from '../../core/resource.ts';
import { kinds } from '../../kinds/index.ts';
import { ask } from './client.ts';
import { useSession } from '../shell/session.tsx';
import { useMayList } from './access.ts';
import type { CreateBody, Live, ResourceOf, UpdateBody, VerbBody, VerbOf } from './contract.ts';
import { applyChanges, listKey, newQueryClient, putLive, readList, type LiveChange, type LiveList } from './live-lists.ts';
import { LiveWatch, type Connection } from './live-watch.ts';

/** With whom, by name or id: one of these. */
export type ShareWith = { readonly user: string } | { readonly group: string } | { readonly project: string } | { readonly everyone: true };

const WatchContext = createContext<LiveWatch | null>(null);

/** Everything below sees one cloud, kept fresh by one watch stream. Mounted once somebody is logged in. */
export function CloudProvider({ children }: { children: ReactNode }) {
  const [client] = useState(newQueryClient);
  const watch = useMemo(() => new LiveWatch(), []);
  const { refresh } = useSession();
  useEffect(() => {
    const forget = [
      watch.onChanges((changes) => spread(client, changes)),
      watch.onStartOver(() => void client.invalidateQueries({ queryKey: ['list'] })),
      watch.onRightsChanged(() => void refresh()),
      // What could not be read while nothing answered comes by itself when something does.
      watch.onConnection(
        () =>
          watch.connection.is === 'live' && void client.refetchQueries({ queryKey: ['list'], predicate: ({ state }) => state.status === 'error' }),
      ),
    ];
    watch.start();
    return () => {
      for (const each of forget) each();
      watch.stop();
    };
  }, [client, watch, refresh]);
  return (
    <WatchContext value={watch}>
      <QueryClientProvider client={client}>{children}</QueryClientProvider>
    </WatchContext>
  );
}

const pluralOf = new Map(kinds.map((kind) => [kind.name, kind.plural]));

/** Changes reach the lists that are held, those still being read too: these take them when they have come. */
function spread(client: QueryClient, changes: readonly LiveChange[]): void {
  for (const [kind, plural] of pluralOf) {
    const own = changes.filter((change) => change.kind === kind);
    if (own.length === 0) continue;
    for (const late of reading.get(plural) ?? []) late.push(...own);
    client.setQueryData<LiveList>(listKey(plural), (list) => (list === undefined ? undefined : applyChanges(list, own)));
  }
}

const reading = new Map<string, Set<LiveChange[]>>();

/** From the stream's beginning on, so that no change falls between the two. */
async function readFresh(plural: string, watch: LiveWatch, signal: AbortSignal): Promise<LiveList> {
  await watch.hasTried;
  const late: LiveChange[] = [];
  const all = reading.get(plural) ?? new Set();
  reading.set(plural, all.add(late));
  try {
    const list = await readList(plural, signal);
    return applyChanges(list, late);
  } finally {
    all.delete(late);
  }
}

export function useWatch(): LiveWatch {
  const watch = use(WatchContext);
  if (watch === null) throw new Error('there is no cloud around this component');
  return watch;
}

export function useConnection(): Connection {
  const watch = useWatch();
  return useSyncExternalStore(watch.onConnection, () => watch.connection);
}

const noItems: readonly never[] = [];
const noneById: ReadonlyMap<string, never> = new Map<string, never>();

/** All resources of a kind that the reader may see, live. `error`: a CloudProblem; `retry` asks again. */
export function useList<K extends Kind>(kind: K, { isWanted = true } = {}) {
  const watch = useWatch();
  const mayList = useMayList()(kind);
  const query = useQuery({
    queryKey: listKey(kind.plural),
    queryFn: ({ signal }) => readFresh(kind.plural, watch, signal),
    enabled: isWanted && mayList,
  });
  if (!mayList)
    return {
      items: noItems as readonly Live<ResourceOf<K>>[],
      byId: noneById as ReadonlyMap<string, Live<ResourceOf<K>>>,
      error: null,
      retry: () => undefined,
    };
  return {
    items: query.data?.items as readonly Live<ResourceOf<K>>[] | undefined,
    byId: query.data?.byId as ReadonlyMap<string, Live<ResourceOf<K>>> | undefined,
    // What is there is shown on; it is read again as soon as the cloud answers.
    error: query.data === undefined ? query.error : null,
    retry: () => void query.refetch(),
  };
}

/** What changes resources. Each answer is shown at once, before the stream tells it. Throws {@link CloudProblem}. */
export function useRequests<K extends Kind>(kind: K) {
  const client = useQueryClient();
  type R = Live<ResourceOf<K>>;
  const path = (resource: Resource | null, more = '') => `/v1/${kind.plural}${resource === null ? '' : `/${resource.id}`}${more}`;
  const show = (resource: R): R => {
    putLive(client, kind.plural, resource);
    return resource;
  };
  return {
    /** The same `key` twice creates once: for forms whose answer was lost on the way. */
    create: async (body: CreateBody<K>, { project, key }: { project?: string | undefined; key: string }): Promise<R> =>
      show(await ask('POST', path(null), { body, query: { project }, headers: { 'idempotency-key': key } })),
    /** Refused with CHANGED_MEANWHILE when somebody else was faster. */
    update: async (resource: Resource, body: UpdateBody<K>): Promise<R> =>
      show(await ask('PATCH', path(resource), { body, headers: { 'if-match': `"${resource.revision}"` } })),
    remove: async (resource: Resource): Promise<void> => {
      const left: R | '' = await ask('DELETE', path(resource));
      if (left !== '') show(left);
    },
    share: async (resource: Resource, who: ShareWith, access: Share['access']): Promise<R> =>
      show(await ask('POST', path(resource, '/share'), { body: { ...who, access } })),
    unshare: async (resource: Resource, who: ShareWith): Promise<R> => show(await ask('POST', path(resource, '/unshare'), { body: who })),
    run: async <V extends VerbOf<K>>(resource: Resource, verb: V, body?: VerbBody<K, V>): Promise<R> =>
      show(await ask('POST', path(resource, `/${verb}`), body === undefined ? {} : { body })),
  };
}
