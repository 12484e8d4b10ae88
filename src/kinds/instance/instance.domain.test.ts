import { expect, test } from 'vitest';
import { leaseOf } from './instance.domain.ts';
import { instanceOf } from './instance.fixture.ts';
import type { InstanceNic } from './instance.ts';

const nic: InstanceNic = { network: 'net-1', mac: '52:54:00:00:00:01', address: '10.42.0.11' };

test('instances of the same name in different projects share no name on their network', () => {
  const first = instanceOf({}, { name: 'web', id: 'i-01kdvdp88re088wrv6n6s9qdan' });
  const second = instanceOf({}, { name: 'web', id: 'i-01kdvdp88re088wrv6n6s9qdao' });
  const ofDefault = leaseOf(first, nic, 0, 'default');
  const ofPhysics = leaseOf(second, nic, 0, 'physics');
  expect(ofDefault).toMatchObject({ hostname: 'web', dnsNames: ['web', 'web.default'] });
  expect(ofPhysics).toMatchObject({ hostname: second.id, dnsNames: ['web.physics'] });
});
