import { lookup as dnsLookup, type LookupAddress } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { networkInterfaces } from 'node:os';
import ipaddr from 'ipaddr.js';

/** Where a download may go. The URL comes from a user, the connection from inside the cloud. */
export interface AddressPolicy {
  /** 127.0.0.0/8, ::1 and the addresses of this machine's devices: the control plane itself. */
  readonly allowLoopback: boolean;
  /** 10/8, 172.16/12, 192.168/16, fc00::/7 and the like: usual mirrors of a lab. */
  readonly allowPrivate: boolean;
}

export class AddressRefused extends Error {
  override readonly name = 'AddressRefused';
}

const privateRanges = new Set(['private', 'uniqueLocal', 'carrierGradeNat']);

/** Metadata services of clouds that are not on link-local addresses. */
const metadataAddresses = new Set(['fd00:ec2::254', '100.100.100.200', '168.63.129.16']);

/** What this machine's services listen on when they listen everywhere. */
function ownAddresses(): string[] {
  return Object.values(networkInterfaces()).flatMap((device) => (device ?? []).map(({ address }) => ipaddr.process(address).toString()));
}

/** Why the address may not be connected to; null: it may. */
export function refuseAddress(address: string, policy: AddressPolicy, own: () => readonly string[] = ownAddresses): string | null {
  if (!ipaddr.isValid(address)) return `${address} is no address`;
  // An IPv4 address in IPv6 clothes is judged as what it reaches.
  const plain = ipaddr.process(address);
  if (metadataAddresses.has(plain.toString())) return `${address} is a metadata service`;
  if (!policy.allowLoopback && own().includes(plain.toString())) return `${address} is this machine itself`;
  const range = plain.range();
  if (range === 'unicast') return null;
  if (range === 'loopback') return policy.allowLoopback ? null : `${address} is this machine itself`;
  if (privateRanges.has(range)) return policy.allowPrivate ? null : `${address} is a private address`;
  return `${address} is ${range === 'linkLocal' ? 'a link-local' : 'not a public'} address`;
}

/** The same for a URL's host when it is an address already: no look-up happens then. */
export function refuseHost(hostname: string, policy: AddressPolicy): string | null {
  const bare = hostname.replace(/^\[|\]$/g, '');
  return isIP(bare) ? refuseAddress(bare, policy) : null;
}

/** Judges what the name resolves to at the moment of connecting: a later look-up could answer otherwise. */
export function guardedLookup(policy: AddressPolicy): LookupFunction {
  return (hostname, options, callback) => {
    dnsLookup(hostname, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
      if (error) return callback(error, []);
      const reason = addresses.map(({ address }) => refuseAddress(address, policy)).find((why) => why !== null);
      if (reason) return callback(new AddressRefused(`${hostname} leads to where downloads may not go: ${reason}`), []);
      const [first] = addresses;
      if (options.all) callback(null, addresses);
      else callback(null, first?.address ?? '', first?.family);
    });
  };
}
