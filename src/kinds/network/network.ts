import { Type } from 'typebox';
import type { Kind } from '../../core/kind.ts';
import type { Resource } from '../../core/resource.ts';

export interface NetworkSpec {
  /** IPv4 prefix, e.g. `10.42.0.0/20`. */
  readonly cidr: string;
  /** The hosts' own address in it: gateway, DHCP and DNS server of the guests. */
  readonly gateway: string;
  /** Guests are known as `<instance>.<project>.<domain>`, those of the default project also as `<instance>.<domain>`. */
  readonly domain: string;
  readonly mtuBytes: number;
  /** Guests reach the outside through their host; otherwise no packet of theirs leaves it. */
  readonly nat: boolean;
  /** Bridge device on every host, at most 15 characters. */
  readonly bridge: string;
}
export type Network = Resource<NetworkSpec, Record<string, never>>;

export const defaultNetworkName = 'default';

const nat = Type.Boolean({ description: 'Guests reach the outside through their host (NAT).' });

export const networkKind = {
  name: 'network',
  plural: 'networks',
  prefix: 'net',
  scope: 'cloud',
  fixedNames: 'the cloud looks for its network by it, and would make another',
  says: 'Where instances get an address and a name by DHCP and DNS.',
  create: null,
  update: Type.Object({ nat: Type.Optional(nat) }),
  spec: Type.Object({
    cidr: Type.String(),
    gateway: Type.String(),
    domain: Type.String(),
    mtuBytes: Type.Integer(),
    nat,
    bridge: Type.String(),
  }),
  status: Type.Object({}),
  initialStatus: {},
  states: ['active'],
  state: () => 'active',
  verbs: {},
  indexes: () => ({}),
  columns: [
    { title: 'NAME', value: (network) => network.name },
    { title: 'CIDR', value: (network) => network.spec.cidr },
    { title: 'GATEWAY', value: (network) => network.spec.gateway },
    { title: 'DOMAIN', value: (network) => network.spec.domain },
    { title: 'NAT', value: (network) => (network.spec.nat ? 'yes' : 'no') },
  ],
} as const satisfies Kind<Network>;
