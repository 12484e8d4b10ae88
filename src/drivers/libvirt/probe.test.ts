import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { probeAccelerator } from './probe.ts';
import type { AcceleratorProbe } from './probe.ts';
import { cachedProbe } from './probe-cache.ts';
import { probeRom } from './probe-rom.ts';
import type { ProbeWorld } from './probe-world.ts';

function world(access: string, kvm: number | string, tcg: number | string = 33, complaint = ''): ProbeWorld {
  return {
    openForWriting: async () => access,
    runQemu: async (accelerator) => ({ status: accelerator === 'kvm' ? kvm : tcg, elapsedMs: 100, complaint }),
  };
}

test.each([
  ['works', world('ok', 33), 'kvm', '/dev/kvm runs guest code'],
  ['is missing', world('ENOENT', 'never'), 'tcg', 'there is no /dev/kvm'],
  ['may not be opened', world('EACCES', 'never'), 'tcg', 'this user may not open /dev/kvm'],
  ['opens but does not get guest code done', world('ok', 'timeout'), 'tcg', '/dev/kvm opens but does not run guest code'],
  ['is refused by QEMU', world('ok', 1, 33, 'failed to set MSR 0x10a'), 'tcg', '/dev/kvm fails: failed to set MSR 0x10a'],
] as const)('where KVM %s, the choice and its reason are told', async (_, planted, accelerator, reason) => {
  expect(await probeAccelerator(planted)).toMatchObject({ accelerator, reason, measuredMs: 100 });
});

test('a machine whose QEMU runs nothing is refused with both reasons', async () => {
  await expect(probeAccelerator(world('ENOENT', 'never', 'ENOENT'))).rejects.toThrow(
    /there is no \/dev\/kvm; QEMU's emulation fails: QEMU ended with ENOENT/,
  );
});

test('the probe ROM starts at the reset vector and jumps to its beginning', () => {
  const rom = probeRom();
  expect(rom.length).toBe(65536);
  expect([...rom.subarray(0xfff0, 0xfff5)]).toEqual([0xea, 0, 0, 0, 0xf0]);
});

test('the answer is kept until the machine changes or a new probe is forced', async () => {
  const home = mkdtempSync(join(tmpdir(), 'stratus-probe-test-'));
  onTestFinished(() => rmSync(home, { recursive: true }));
  let probes = 0;
  const probe = async () => ({ accelerator: 'tcg', reason: `probe ${++probes}`, measuredMs: 1, kvm: { outcome: 'missing' } }) as AcceleratorProbe;
  const reason = async (key: string, force = false) => (await cachedProbe(home, { key, force, probe })).reason;

  expect(await reason('a')).toBe('probe 1');
  expect(await reason('a')).toBe('probe 1');
  expect(await reason('b')).toBe('probe 2');
  expect(await reason('b', true)).toBe('probe 3');
});

test('that /dev/kvm does not run guests is believed only until the machine starts anew', async () => {
  const home = mkdtempSync(join(tmpdir(), 'stratus-probe-test-'));
  onTestFinished(() => rmSync(home, { recursive: true }));
  const probe = (accelerator: 'kvm' | 'tcg', outcome: 'works' | 'slow') => async () =>
    ({ accelerator, reason: '', measuredMs: 1, kvm: { outcome } }) as AcceleratorProbe;
  const [slow, works] = [probe('tcg', 'slow'), probe('kvm', 'works')];
  const chosen = async (bootId: string, now: typeof slow) => (await cachedProbe(home, { key: 'a', bootId, probe: now })).accelerator;

  expect(await chosen('first', slow)).toBe('tcg');
  expect(await chosen('first', works)).toBe('tcg');
  expect(await chosen('second', works)).toBe('kvm');
  expect(await chosen('third', slow)).toBe('kvm');
});
