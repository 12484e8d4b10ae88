import { BlockList, isIPv4 } from 'node:net';
import type { CloudRole, ProjectRole } from '../core/role.ts';

/** What a token is limited to: never more than its owner may. */
export interface Scope {
  /** Id of the only project; null: all. */
  readonly project: string | null;
  /** At most this role, in projects and in the cloud; null: as its owner. */
  readonly role: ProjectRole | CloudRole | null;
  /** `instance.start`, `instance.*`, `*.read`; null: all. */
  readonly verbs: readonly string[] | null;
  /** Prefixes such as `192.0.2.0/24` that requests may come from; null: all. The cloud's own socket has no address. */
  readonly addresses: readonly string[] | null;
}

export function mayVerb(scope: Scope | null, subject: string, verb: string): boolean {
  if (scope === null || scope.verbs === null) return true;
  return scope.verbs.some((each) => {
    const [s, v] = each.split('.');
    return (s === '*' || s === subject) && (v === '*' || v === verb);
  });
}

export function mayComeFrom(scope: Scope | null, address: string | null): boolean {
  if (scope === null || scope.addresses === null) return true;
  if (address === null) return false;
  const list = new BlockList();
  for (const prefix of scope.addresses) {
    const [network = '', bits] = prefix.split('/');
    const family = isIPv4(network) ? 'ipv4' : 'ipv6';
    list.addSubnet(network, bits === undefined ? (family === 'ipv4' ? 32 : 128) : Number(bits), family);
  }
  // What comes over IPv4 to a socket of both is written `::ffff:192.0.2.1`.
  const plain = address.startsWith('::ffff:') && isIPv4(address.slice(7)) ? address.slice(7) : address;
  return list.check(plain, isIPv4(plain) ? 'ipv4' : 'ipv6');
}
