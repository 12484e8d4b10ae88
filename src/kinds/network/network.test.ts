import { expect, test } from 'vitest';
import type { Admission } from '../../control/admission.ts';
import { SimClock } from '../../drivers/sim/sim-clock.ts';
import { pickAddress, randomMac } from './network.addresses.ts';
import type { Network } from './network.ts';

/** Gives out addresses of a prefix one after the other, as commits would. */
function addresses(cidr: string, gateway: string) {
  const taken = new Set<string>();
  const admission = {
    clock: new SimClock(1),
    getByKey: async (_kind: string, key: string) => (taken.has(key.split('/').at(-1) ?? '') ? {} : null),
  } as unknown as Admission;
  const network = { id: 'net-1', name: 'default', spec: { cidr, gateway } } as Network;
  return {
    taken,
    next: async () => {
      const address = await pickAddress(admission, network, new Set());
      taken.add(address);
      return address;
    },
  };
}

test('every address of a network is given out once, but for its own, the gateway and the broadcast', async () => {
  const { next, taken } = addresses('10.0.0.0/28', '10.0.0.3');
  for (let count = 0; count < 12; count++) await next();
  expect([...taken].toSorted()).toEqual(['10', '11', '12', '13', '14', '2', '4', '5', '6', '7', '8', '9'].map((last) => `10.0.0.${last}`));
  await expect(next()).rejects.toMatchObject({ code: 'NETWORK_FULL' });
  taken.delete('10.0.0.9');
  expect(await next()).toBe('10.0.0.9');
});

test('an address that has just become free is given out last: who still speaks to it meets nobody else', async () => {
  const { next, taken } = addresses('10.0.0.0/24', '10.0.0.1');
  const first = await next();
  taken.delete(first);
  expect(await next()).not.toBe(first);
});

test("a MAC address is of QEMU's own block", () => {
  const clock = new SimClock(1);
  for (let count = 0; count < 100; count++) expect(randomMac(clock.random)).toMatch(/^52:54:00(:[0-9a-f]{2}){3}$/);
});
