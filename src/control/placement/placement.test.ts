import fc from 'fast-check';
import { expect, test } from 'vitest';
import { explain, place, refuses, score, type Candidate, type PlacementRequest } from './placement.ts';

const host = (fields: Partial<Candidate> = {}): Candidate => ({
  id: 'host-1',
  name: 'lab1',
  state: 'online',
  firmwares: ['bios', 'uefi'],
  capacity: { vcpus: 16, memoryMib: 8_192, diskBytes: 200_000 },
  promised: { vcpus: 0, memoryMib: 0, diskBytes: 0 },
  diskFreeBytes: 100_000,
  ...fields,
});
const request: PlacementRequest = { vcpus: 2, memoryMib: 2_048, diskBytes: 1_000, firmware: 'bios' };

test.for([
  ['is lost', { state: 'lost' }],
  ['is cordoned', { state: 'cordoned' }],
  ['has no bios firmware', { firmwares: ['uefi'] }],
  ['has 2047 MiB of memory free, 2048 needed', { promised: { vcpus: 0, memoryMib: 6_145, diskBytes: 0 } }],
  ['has 0 MiB of memory free, 2048 needed', { promised: { vcpus: 0, memoryMib: 9_000, diskBytes: 0 } }],
  ['has 1 vCPUs free, 2 needed', { promised: { vcpus: 15, memoryMib: 0, diskBytes: 0 } }],
  ['has 194 KiB of 195 KiB of disk promised, 1000 B needed', { promised: { vcpus: 0, memoryMib: 0, diskBytes: 199_001 } }],
  ['has 99 B of disk really free, a tenth of 1000 B needed at once', { diskFreeBytes: 99 }],
] as const)('a host refuses in plain words: it %s', ([reason, fields]) => {
  expect(refuses(host(fields), request)).toBe(reason);
});

test('what fits to the last MiB fits', () => {
  expect(refuses(host({ promised: { vcpus: 14, memoryMib: 6_144, diskBytes: 0 }, diskFreeBytes: 100 }), request)).toBeNull();
});

test('an emptier host is better, and among equals the first', () => {
  const busy = host({ id: 'busy', promised: { vcpus: 4, memoryMib: 4_096, diskBytes: 0 } });
  const [a, b] = [host({ id: 'a' }), host({ id: 'b' })];
  expect(place([busy, a, b], request)).toEqual({ host: 'a' });
});

test('the error tells every kind of refusal, the most frequent first, with a few hosts each', () => {
  const lost = Array.from({ length: 7 }, (_, index) => host({ id: `h${index}`, name: `lab${index}`, state: 'lost' }));
  const full = [1, 2].map((freeMib) =>
    host({ id: `f${freeMib}`, name: `full${freeMib}`, promised: { vcpus: 0, memoryMib: 8_192 - freeMib, diskBytes: 0 } }),
  );
  const placement = place([...full, ...lost], request);
  expect('unplaced' in placement && explain(placement.unplaced)).toBe(
    'lab0 is lost; lab1 is lost; lab2 is lost; and 4 more likewise; ' +
      'full1 has 1 MiB of memory free, 2048 needed; full2 has 2 MiB of memory free, 2048 needed',
  );
  expect(explain([])).toBe('the cloud has no host yet');
});

const candidates = fc.array(
  fc.record({
    id: fc.uuid(),
    name: fc.string(),
    state: fc.constantFrom('online', 'lost', 'joining', 'cordoned'),
    firmwares: fc.subarray(['bios', 'uefi', 'uefi-secure']),
    capacity: fc.record({ vcpus: fc.nat(64), memoryMib: fc.nat(100_000), diskBytes: fc.nat() }),
    promised: fc.record({ vcpus: fc.nat(80), memoryMib: fc.nat(120_000), diskBytes: fc.nat() }),
    diskFreeBytes: fc.nat(),
  }),
);
const requests = fc.record({
  vcpus: fc.integer({ min: 1, max: 16 }),
  memoryMib: fc.integer({ min: 64, max: 32_768 }),
  diskBytes: fc.nat(),
  firmware: fc.constantFrom('bios', 'uefi'),
});

test('the host that is chosen has room, and none with room is better', () => {
  fc.assert(
    fc.property(candidates, requests, (hosts, wanted) => {
      const placement = place(hosts, wanted);
      const fitting = hosts.filter((each) => refuses(each, wanted) === null);
      if (!('host' in placement)) {
        expect(fitting).toEqual([]);
        expect(placement.unplaced).toHaveLength(hosts.length);
        return;
      }
      const chosen = fitting.find((each) => each.id === placement.host);
      if (chosen === undefined) throw new Error('the chosen host has no room');
      for (const other of fitting) expect(score(other, wanted)).toBeLessThanOrEqual(score(chosen, wanted));
    }),
  );
});

test('placing one after the other never promises more than there is', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5 }), fc.array(requests, { maxLength: 60 }), (count, wanted) => {
      const hosts = Array.from({ length: count }, (_, index) => host({ id: `h${index}`, diskFreeBytes: Number.MAX_SAFE_INTEGER }));
      for (const each of wanted) {
        const placement = place(hosts, each);
        if (!('host' in placement)) continue;
        const index = hosts.findIndex(({ id }) => id === placement.host);
        const chosen = hosts[index] as Candidate;
        const { vcpus, memoryMib, diskBytes } = chosen.promised;
        const promised = { vcpus: vcpus + each.vcpus, memoryMib: memoryMib + each.memoryMib, diskBytes: diskBytes + each.diskBytes };
        hosts[index] = { ...chosen, promised };
      }
      for (const { promised, capacity } of hosts) {
        expect(promised.vcpus).toBeLessThanOrEqual(capacity.vcpus);
        expect(promised.memoryMib).toBeLessThanOrEqual(capacity.memoryMib);
        expect(promised.diskBytes).toBeLessThanOrEqual(capacity.diskBytes);
      }
    }),
  );
});
