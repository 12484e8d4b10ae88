import { useMemo } from 'react';
import { useList } from '../../../web/cloud/cloud.tsx';
import type { Live } from '../../../web/cloud/contract.ts';
import { instanceKind, type Instance } from '../../instance/instance.ts';
import { hostKind, type Host } from '../host.ts';
import { instancesByHost } from './host-load.ts';

const noInstances: readonly Live<Instance>[] = [];
const noHosts: readonly Live<Host>[] = [];

/** For a table of instances: by its name, the host of each; the id of one that is gone. */
export function useHostNames(): (instance: Instance) => string {
  const { items = noHosts } = useList(hostKind);
  const names = useSame(items.map(({ id, name }) => [id, name]));
  return useMemo(
    () =>
      ({ spec }) =>
        names.get(spec.host) ?? spec.host,
    [names],
  );
}

/** For a table of hosts: how many instances each has. */
export function useInstanceCounts(): (host: Host) => number {
  const { items = noInstances } = useList(instanceKind);
  const counts = useSame(Array.from(instancesByHost(items), ([id, { length }]) => [id, length]));
  return useMemo(
    () =>
      ({ id }) =>
        counts.get(id) ?? 0,
    [counts],
  );
}

/** The same map while nothing in it changes, whatever else does: lists change with every heartbeat. */
function useSame<V extends string | number>(entries: readonly (readonly [string, V])[]): ReadonlyMap<string, V> {
  const text = JSON.stringify(entries);
  return useMemo(() => new Map(JSON.parse(text) as [string, V][]), [text]);
}
