import { expect, test } from 'vitest';
import { probeAccelerator } from '../../src/drivers/libvirt/probe.ts';

test('on this machine guest code really runs with the accelerator that the probe chooses', async () => {
  const probe = await probeAccelerator();
  expect(probe.tcg.outcome).toBe('works');
  expect(probe.accelerator === 'kvm' ? probe.kvm.outcome : probe.tcg.outcome).toBe('works');
  expect(probe.reason).toBe(probe.kvm.finding);
}, 60_000);
