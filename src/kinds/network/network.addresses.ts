import ipaddr from 'ipaddr.js';
import type { Admission } from '../../control/admission.ts';
import { CloudError } from '../../core/errors.ts';
import { addressKey } from '../instance/instance.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Network } from './network.ts';

/**
 * Where the last address was found, per network: the next search begins behind it. Only a hint, and each cloud's own: a
 * cloud has one clock. A trial has a copy of its own, so that it foretells the address that is then given.
 */
const lastGivenOf = new WeakMap<Clock | Admission, Map<string, number>>();

/** Tries before all taken addresses are looked at together. */
const probesMax = 64;

/**
 * A free address of the network. That it stays free is held by the unique key that the instance's record
 * brings: whoever commits second decides again. `taken`: given out in this same transaction.
 */
export async function pickAddress(admission: Admission, network: Network, taken: ReadonlySet<string>): Promise<string> {
  const { first, count, gateway } = usable(network.spec.cidr, network.spec.gateway);
  const lastGiven = hintsFor(admission);
  const start = lastGiven.get(network.id) ?? 0;
  const isFree = async (address: number) =>
    address !== gateway && !taken.has(format(address)) && (await admission.getByKey('instance', addressKey(network.id, format(address)))) === null;
  for (let probe = 1; probe <= Math.min(probesMax, count); probe++) {
    const offset = (start + probe) % count;
    if (!(await isFree(first + offset))) continue;
    lastGiven.set(network.id, offset);
    return format(first + offset);
  }
  for (let offset = 0; offset < count; offset++) {
    if (!(await isFree(first + offset))) continue;
    lastGiven.set(network.id, offset);
    return format(first + offset);
  }
  throw new CloudError('NETWORK_FULL', { name: network.name });
}

function hintsFor(admission: Admission): Map<string, number> {
  const owner = admission.isTrial ? admission : admission.clock;
  let hints = lastGivenOf.get(owner);
  if (hints === undefined) lastGivenOf.set(owner, (hints = new Map(admission.isTrial ? lastGivenOf.get(admission.clock) : [])));
  return hints;
}

/** First guest address and how many there are: all but the network's own, the broadcast and the first ten. */
function usable(cidr: string, gatewayText: string): { first: number; count: number; gateway: number } {
  const [base, bits] = ipaddr.parseCIDR(cidr);
  const start = toNumber(base.toString());
  const size = 2 ** (32 - bits);
  const kept = size > 64 ? 10 : 2;
  return { first: start + kept, count: size - kept - 1, gateway: toNumber(gatewayText) };
}

function toNumber(address: string): number {
  return ipaddr.IPv4.parse(address).octets.reduce((number, octet) => number * 256 + octet, 0);
}

function format(number: number): string {
  return [number >>> 24, (number >>> 16) & 255, (number >>> 8) & 255, number & 255].join('.');
}

/** In QEMU's block 52:54:00, so that it is known as a virtual machine's; the rest by chance. */
export function randomMac(random: () => number): string {
  const bytes = [0x52, 0x54, 0x00, ...Array.from({ length: 3 }, () => Math.floor(random() * 256))];
  return bytes.map((byte) => byte.toString(16).padStart(2, '0')).join(':');
}
