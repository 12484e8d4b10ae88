import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { Ledger } from '../../src/agent/ledger.ts';
import { SqliteStore } from '../../src/control/store/sqlite-store.ts';
import { MiB, minutes } from '../../src/core/units.ts';
import { FileRingFiles } from '../../src/drivers/file/ring-files.ts';
import { LibvirtHypervisor } from '../../src/drivers/libvirt/libvirt-hypervisor.ts';
import { machineUseOf } from '../../src/drivers/linux-machine/machine-use.ts';
import { nodeClock } from '../../src/drivers/node-clock.ts';
import { hostRing, hostRingName } from '../../src/kinds/host/metrics.agent.ts';
import { instanceRing } from '../../src/kinds/instance/metrics.agent.ts';
import { hostRecorder } from '../../src/kinds/metrics.ts';
import { LibvirtHost } from './libvirt-host.ts';
import { until } from './real-cloud.ts';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 60_000 });

let host: LibvirtHost;
let hypervisor: LibvirtHypervisor;

beforeAll(() => {
  host = new LibvirtHost();
  host.ensureLibvirt();
  hypervisor = new LibvirtHypervisor({ socketPath: host.socketPath, accelerator: 'tcg', acceleratorReason: 'the test says so' });
});
afterAll(async () => {
  await hypervisor.close();
  host.remove();
});

test('a guest that does nothing but turn in a circle is seen to use its processor, and so is its host', async () => {
  const config = host.guest();
  const id = config.instanceId;
  const disk = Buffer.alloc(1 * MiB);
  disk.set([0xeb, 0xfe]); // jump to itself
  disk.set([0x55, 0xaa], 510);
  writeFileSync(config.disks[0]?.path ?? '', disk);
  const idle = host.guest();
  const ledger = new Ledger(new SqliteStore(':memory:'), nodeClock);
  for (const each of [config, idle]) {
    await ledger.accept('instance', { id: each.instanceId, generation: 1, spec: { vcpus: 1 } } as never, null);
    await hypervisor.define(each);
    await hypervisor.start(each.instanceId, 1);
  }
  const files = new FileRingFiles(join(host.home, 'metrics'));
  const problems: unknown[] = [];
  const recorder = hostRecorder({
    clock: nodeClock,
    files,
    readMachineUse: machineUseOf(host.home),
    hypervisor,
    ledger,
    onError: (what, error) => problems.push(what, error),
  });
  recorder.start();
  const read = async (name: string, layout = instanceRing) => {
    const nowMs = nodeClock.now();
    return (await recorder.read(name, layout, { fromMs: nowMs - 5 * minutes, toMs: nowMs, stepMs: null })).series;
  };
  const latest = (values: readonly (number | null)[] = []) => values.findLast((value) => value !== null) ?? 0;
  // Beside other work it gets its processor now and then only: 10 s of it are enough.
  await until('it had a processor for itself', async () => ((await read(id))['cpu'] ?? []).some((value) => value !== null && value > 0.5), 150_000);
  const [busy, calm, machine] = [await read(id), await read(idle.instanceId), await read(hostRingName, hostRing)];
  recorder.stop();
  expect(latest(calm['cpu'])).toBeLessThan(latest(busy['cpu']));
  expect(latest(busy['memoryResidentBytes'])).toBeGreaterThan(10 * MiB);
  expect(latest(machine['cpu'])).toBeGreaterThan(0.2);
  expect(latest(machine['memoryUsedBytes'])).toBeGreaterThan(100 * MiB);
  expect(latest(machine['diskUsedBytes'])).toBeGreaterThan(100 * MiB);
  expect(problems).toEqual([]);
  for (const each of [config, idle]) {
    await hypervisor.destroy(each.instanceId);
    await hypervisor.undefine(each.instanceId);
  }
});
