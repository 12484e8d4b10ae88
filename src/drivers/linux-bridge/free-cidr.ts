import { readFile } from 'node:fs/promises';
import { DriverError } from '../../core/driver-error.ts';
import { formatPrefix, overlaps, parsePrefix, type Prefix } from './ipv4.ts';
import { programs, runProgram, type Runner } from './run.ts';

/** Private ranges in which a free /20 is looked for when no preferred one is free; those least used by homes and labs first. */
const ranges = ['10.64.0.0/10', '172.16.0.0/12', '10.0.0.0/8', '192.168.0.0/16'];
const length = 20;

/**
 * A prefix for guests that hides nothing this machine can reach: the first of `preferred`, or else of all private
 * /20, that overlaps no route, address or resolver. Throws DriverError when there is none.
 */
export async function pickFreeCidr(preferred: readonly string[], run: Runner = runProgram): Promise<string> {
  const [routes, addresses, resolvers] = await Promise.all([
    run('looking for a free network prefix', [programs.ip, '-4', '-j', 'route', 'show', 'table', 'all']),
    run('looking for a free network prefix', [programs.ip, '-4', '-j', 'addr', 'show']),
    readFile('/etc/resolv.conf', 'utf8').catch(() => ''),
  ]);
  const free = chooseFreeCidr(preferred, occupiedPrefixes(routes, addresses, resolvers));
  if (free === null)
    throw new DriverError(
      `looking for a free network prefix: every private /${length} overlaps what this machine reaches already; choose one by hand`,
      { retry: 'never' },
    );
  return free;
}

/** null: every candidate overlaps. What is not an IPv4 prefix in `preferred` is passed over. */
export function chooseFreeCidr(preferred: readonly string[], occupied: readonly Prefix[]): string | null {
  for (const candidate of candidates(preferred)) {
    if (!occupied.some((prefix) => overlaps(prefix, candidate))) return formatPrefix(candidate);
  }
  return null;
}

/** @param routes of `ip -j route`, @param addresses of `ip -j addr`, @param resolvers text of /etc/resolv.conf */
export function occupiedPrefixes(routes: string, addresses: string, resolvers: string): Prefix[] {
  const destinations = (JSON.parse(routes || '[]') as { dst?: string }[]).map((route) => route.dst ?? '');
  const own = (JSON.parse(addresses || '[]') as { addr_info?: { local?: string; prefixlen?: number }[] }[])
    .flatMap((device) => device.addr_info ?? [])
    .map(({ local, prefixlen }) => `${local}/${prefixlen}`);
  const servers = [...resolvers.matchAll(/^\s*nameserver\s+(\S+)/gm)].map((match) => match[1] ?? '');
  // A default route, also one in two halves as VPNs write it, reaches everything and hides nothing.
  return [...destinations, ...own, ...servers].map(parsePrefix).filter((prefix) => prefix !== null && prefix.length > 1) as Prefix[];
}

function* candidates(preferred: readonly string[]): Generator<Prefix> {
  for (const text of preferred) {
    const prefix = parsePrefix(text);
    if (prefix !== null) yield prefix;
  }
  for (const text of ranges) {
    const range = parsePrefix(text) as Prefix;
    for (let first = range.first; first < range.last; first += 2 ** (32 - length)) yield { first, last: first + 2 ** (32 - length) - 1, length };
  }
}
