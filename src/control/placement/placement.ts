import { formatBytes } from '../../core/units.ts';

/** What a host has to give, or has given. */
export interface Room {
  readonly vcpus: number;
  readonly memoryMib: number;
  readonly diskBytes: number;
}

/** A host as placement sees it. */
export interface Candidate {
  readonly id: string;
  readonly name: string;
  readonly state: string;
  readonly firmwares: readonly string[];
  readonly capacity: Room;
  readonly promised: Room;
  readonly diskFreeBytes: number;
}

export interface PlacementRequest extends Room {
  readonly firmware: string;
}

export type Placement = { readonly host: string } | { readonly unplaced: readonly { readonly host: string; readonly reason: string }[] };

/** Why a host cannot take it; null when it can. In the order in which they are told. */
const filters: readonly ((host: Candidate, request: PlacementRequest) => string | null)[] = [
  (host) => (host.state === 'online' ? null : `is ${host.state}`),
  (host, { firmware }) => (host.firmwares.includes(firmware) ? null : `has no ${firmware} firmware`),
  (host, { memoryMib }) => {
    const free = host.capacity.memoryMib - host.promised.memoryMib;
    return memoryMib <= free ? null : `has ${Math.max(0, free)} MiB of memory free, ${memoryMib} needed`;
  },
  (host, { vcpus }) => {
    const free = host.capacity.vcpus - host.promised.vcpus;
    return vcpus <= free ? null : `has ${Math.max(0, free)} vCPUs free, ${vcpus} needed`;
  },
  ({ promised, capacity }, { diskBytes }) =>
    diskBytes <= 0 || promised.diskBytes + diskBytes <= capacity.diskBytes
      ? null
      : `has ${formatBytes(promised.diskBytes)} of ${formatBytes(capacity.diskBytes)} of disk promised, ${formatBytes(diskBytes)} needed`,
  // A copy-on-write disk grows slowly: a tenth of it must be there now.
  ({ diskFreeBytes }, { diskBytes }) =>
    diskBytes / 10 <= diskFreeBytes
      ? null
      : `has ${formatBytes(diskFreeBytes)} of disk really free, a tenth of ${formatBytes(diskBytes)} needed at once`,
];

/** Why `host` refuses, or null. */
export function refuses(host: Candidate, request: PlacementRequest): string | null {
  for (const filter of filters) {
    const reason = filter(host, request);
    if (reason !== null) return reason;
  }
  return null;
}

/** Spreads: the share of memory and processors left free afterwards, the scarcer of both counting. */
export function score(host: Candidate, request: PlacementRequest): number {
  const memory = 1 - (host.promised.memoryMib + request.memoryMib) / Math.max(1, host.capacity.memoryMib);
  const vcpus = 1 - (host.promised.vcpus + request.vcpus) / Math.max(1, host.capacity.vcpus);
  return Math.min(memory, vcpus);
}

/** The best host that takes it, the oldest among equals; or why each refused. Pure. */
export function place(hosts: Iterable<Candidate>, request: PlacementRequest): Placement {
  let best: { id: string; score: number } | null = null;
  const unplaced: { host: string; reason: string }[] = [];
  for (const host of hosts) {
    const reason = refuses(host, request);
    if (reason !== null) {
      unplaced.push({ host: host.name, reason });
      continue;
    }
    const points = score(host, request);
    if (best === null || points > best.score) best = { id: host.id, score: points };
  }
  return best === null ? { unplaced } : { host: best.id };
}

/** Hosts named for each kind of reason, and kinds of reasons told. */
const namedMax = 3;
const reasonsMax = 5;

/** One line for an error: every kind of refusal, the most frequent first, with a few hosts that give it. */
export function explain(unplaced: readonly { host: string; reason: string }[]): string {
  if (unplaced.length === 0) return 'the cloud has no host yet';
  // Reasons that differ by their numbers alone are of one kind.
  const kinds = Map.groupBy(unplaced, ({ reason }) => reason.replaceAll(/\d+/g, '#'));
  const told = [...kinds.values()]
    .toSorted((a, b) => b.length - a.length)
    .slice(0, reasonsMax)
    .map((refusals) => {
      const named = refusals.slice(0, namedMax).map(({ host, reason }) => `${host} ${reason}`);
      const more = refusals.length - named.length;
      return `${named.join('; ')}${more === 0 ? '' : `; and ${more} more likewise`}`;
    });
  return told.join('; ');
}
