import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { DomainConfig } from '../../ports/hypervisor.ts';
import { bareMarkXml, readMark, type DomainMark } from './domain-mark.ts';
import { domainXml } from './domain-xml.ts';
import { find, readXml } from './read-xml.ts';

const config: DomainConfig = {
  instanceId: 'i-06evj4bxjfe8r9cjx1zdpg7m3k',
  instanceName: 'first',
  vcpus: 2,
  memoryMib: 1536,
  firmware: 'bios',
  accelerator: 'tcg',
  disks: [
    {
      path: '/srv/instances/i-06/disk.qcow2',
      format: 'qcow2',
      readOnly: false,
      serial: 'root',
      backing: { path: '/srv/images/ab12', format: 'qcow2' },
    },
    { path: '/srv/instances/i-06/seed.iso', format: 'raw', readOnly: true, serial: 'seed', backing: null },
  ],
  nics: [{ mac: '52:54:00:12:34:56', bridge: 'st-net1', tap: 'st-tap1', mtuBytes: 1500 }],
  consoleLogPath: '/srv/instances/i-06/console.log',
  serialSocketPath: '/srv/instances/i-06/serial.sock',
  vncSocketPath: '/srv/instances/i-06/vnc.sock',
};
const mark: DomainMark = {
  owner: 'stratus',
  configHash: '0123456789abcdef',
  memoryMib: 1536,
  bootSerial: 3,
  startingBoot: 3,
  stoppedBecause: 'shutdown',
};
const platform = { libvirtVersion: 9_000_000, emulatorPath: null };

test('the definition of a guest under emulation is as it was read and approved', async () => {
  await expect(domainXml(config, mark, platform)).toMatchFileSnapshot('domain-tcg.golden.xml');
});

test('the definition of a guest under KVM, with secure boot, is as it was read and approved', async () => {
  await expect(domainXml({ ...config, accelerator: 'kvm', firmware: 'uefi-secure' }, mark, platform)).toMatchFileSnapshot(
    'domain-kvm-secure.golden.xml',
  );
});

test('the shortcut past CPU verification is taken only with the libvirt it was tried with', () => {
  const taken = (accelerator: 'kvm' | 'tcg', libvirtVersion: number) =>
    domainXml({ ...config, accelerator }, mark, { ...platform, libvirtVersion }).includes('cpu-unavailable-features');
  expect(taken('tcg', 9_000_000)).toBe(true);
  expect(taken('tcg', 9_000_007)).toBe(true);
  expect(taken('tcg', 9_001_000)).toBe(false);
  expect(taken('tcg', 8_010_000)).toBe(false);
  expect(taken('kvm', 9_000_000)).toBe(false);
});

test('no name, path or serial number of a user changes the shape of the definition', () => {
  const shape = (xml: string): unknown => {
    const names = (node: ReturnType<typeof readXml>): unknown => [node.name, Object.keys(node.attributes), node.children.map(names)];
    return names(readXml(xml));
  };
  const expected = shape(domainXml(config, mark, platform));
  const hostile = fc.string({ unit: fc.constantFrom('<', '>', '&', '"', "'", '/', '\n', ' ', 'a', '-', '!', '\0'), maxLength: 40 });
  fc.assert(
    fc.property(hostile, hostile, hostile, (instanceName, path, serial) => {
      const disks = config.disks.map((disk) => ({ ...disk, path, serial }));
      const xml = domainXml({ ...config, instanceName, disks, consoleLogPath: path, serialSocketPath: path, vncSocketPath: path }, mark, platform);
      expect(shape(xml)).toEqual(expected);
      expect(find(readXml(xml), 'devices', 'serial', 'source')[0]!.attributes['path']).toBe(path.replaceAll('\0', '\uFFFD'));
    }),
  );
});

test('a mark is read back as it was written, and what is none is told from one', () => {
  expect(readMark(bareMarkXml(mark))).toEqual(mark);
  expect(readMark(bareMarkXml({ ...mark, stoppedBecause: null }))).toEqual({ ...mark, stoppedBecause: null });
  expect(readMark('<domain/>')).toBeNull();
  expect(readMark(bareMarkXml(mark).replace("boot-serial='3'", "boot-serial='three'"))).toBeNull();
});
