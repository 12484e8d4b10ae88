import fc from 'fast-check';
import { expect, test } from 'vitest';
import { machineUseOf } from './machine-use.ts';
import { readCpu, readMemoryUsed, readNetDevices } from './proc.ts';

test('processors: all their time, and what of it was neither idle nor waiting for a disk', () => {
  expect(readCpu('cpu  100 20 30 700 50 5 6 9 80 10\ncpu0 1 2 3 4\n')).toEqual({ cpuMs: 9_200, cpuBusyMs: 1_700 });
});

test('memory: what would not be given back at once', () => {
  expect(readMemoryUsed('MemTotal:       24602180 kB\nMemFree:  100 kB\nMemAvailable:   20000000 kB\n')).toBe(4_602_180 * 1_024);
});

test('network: received and sent bytes of every device', () => {
  const text = `Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
    lo: 1000       10    0    0    0     0          0         0     1000      10    0    0    0     0       0          0
  eth0:12345       20    0    0    0     0          0         0    67890      30    0    0    0     0       0          0
`;
  expect([...readNetDevices(text)]).toEqual([
    ['lo', { received: 1_000, sent: 1_000 }],
    ['eth0', { received: 12_345, sent: 67_890 }],
  ]);
});

test('any other text is refused, or says nothing', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(() => readCpu(text)).toThrow('/proc/stat');
      expect(() => readMemoryUsed(text)).toThrow('/proc/meminfo');
      expect(readNetDevices(text).size).toBe(0);
    }),
  );
});

test('this machine can be measured', async () => {
  const use = await machineUseOf('/')();
  expect(use.cpuMs).toBeGreaterThan(use.cpuBusyMs);
  for (const value of Object.values(use)) expect(value).toBeGreaterThanOrEqual(0);
  expect(use.memoryUsedBytes).toBeGreaterThan(10_000_000);
});
