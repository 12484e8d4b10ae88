import { expect, test } from 'vitest';
import { checks, runDoctor } from '../../src/doctor/doctor.ts';
import { renderFindings } from '../../src/doctor/render.ts';
import { libvirtStatus } from '../../src/drivers/libvirt/daemon.ts';
import { libvirtPaths } from '../../src/drivers/libvirt/libvirt-paths.ts';
import { probeAccelerator } from '../../src/drivers/libvirt/probe.ts';

test('on a machine that can run these tests the doctor looks at everything and finds no error', async () => {
  const findings = await runDoctor({
    homeDir: '/var/lib/stratuslab',
    ports: [0],
    probe: () => probeAccelerator(),
    libvirt: libvirtStatus,
    checkHomeDir: libvirtPaths,
  });
  expect(findings.map(({ id }) => id)).toEqual(checks.map(({ id }) => id));
  expect(
    findings.filter(({ level }) => level === 'error'),
    renderFindings(findings),
  ).toEqual([]);
}, 60_000);
