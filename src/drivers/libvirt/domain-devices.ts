import type { Accelerator, DomainConfig, DomainDisk, DomainNic } from '../../ports/hypervisor.ts';
import { element, type Xml } from './xml.ts';

export interface Platform {
  /** libvirt's version, major × 1,000,000 + minor × 1,000 + release. */
  readonly libvirtVersion: number;
  /** null: libvirt chooses. */
  readonly emulatorPath: string | null;
}

/** Free slots for disks and interfaces that are plugged in later; only q35 needs them. */
const sparePorts = 8;
/** Of the devices below, those that take a slot each: serial bus, tablet, random numbers, balloon. */
const fixedPorts = 4;

export function devices(config: DomainConfig, machine: 'pc' | 'q35', platform: Platform): Xml {
  return element(
    'devices',
    {},
    platform.emulatorPath !== null && element('emulator', {}, platform.emulatorPath),
    ...config.disks.map((disk, index) => diskXml(disk, index, config.accelerator)),
    ...config.nics.map(nicXml),
    element('controller', { type: 'usb', model: 'none' }),
    ...(machine === 'q35' && config.accelerator === 'kvm' ? pciPorts(config) : []),
    ...consoles(config),
    // What the guest's agent speaks over; libvirt picks the socket.
    element('channel', { type: 'unix' }, element('target', { type: 'virtio', name: 'org.qemu.guest_agent.0' })),
    element('video', {}, config.accelerator === 'kvm' ? element('model', { type: 'virtio' }) : element('model', { type: 'vga', vram: 16_384 })),
    element('input', { type: 'tablet', bus: 'virtio' }),
    element('rng', { model: 'virtio' }, element('backend', { model: 'random' }, '/dev/urandom')),
    // Tells us every 10 s what the guest uses, and gives back to the host what the guest has freed.
    element('memballoon', { model: 'virtio', autodeflate: 'on', freePageReporting: 'on' }, element('stats', { period: 10 })),
    // Sleeps until the guest opens it; q35 has one built in, which libvirt knows from 9.1 on.
    element('watchdog', { model: machine === 'q35' && platform.libvirtVersion >= 9_001_000 ? 'itco' : 'i6300esb', action: 'reset' }),
    // A kernel panic ends the run instead of leaving a dead machine on.
    element('panic', { model: 'isa' }),
  );
}

/** Serial and screen: unix sockets only. The log is written by virtlogd, so it outlives libvirtd and the socket's reader. */
function consoles(config: DomainConfig): Xml[] {
  return [
    element(
      'serial',
      { type: 'unix' },
      element('source', { mode: 'bind', path: config.serialSocketPath }),
      element('log', { file: config.consoleLogPath, append: 'on' }),
      element('target', { type: 'isa-serial', port: 0 }),
    ),
    element('graphics', { type: 'vnc' }, element('listen', { type: 'socket', socket: config.vncSocketPath })),
  ];
}

/** Under emulation each port costs the boot 0.3 s: there libvirt makes those that are needed and no more. */
function pciPorts(config: DomainConfig): Xml[] {
  const count = config.disks.length + config.nics.length + fixedPorts + sparePorts;
  const root = element('controller', { type: 'pci', index: 0, model: 'pcie-root' });
  return [root, ...Array.from({ length: count }, () => element('controller', { type: 'pci', model: 'pcie-root-port' }))];
}

function diskXml(disk: DomainDisk, index: number, accelerator: Accelerator): Xml {
  return element(
    'disk',
    { type: 'file', device: 'disk' },
    element('driver', { name: 'qemu', type: disk.format, ...driving(disk, accelerator) }),
    element('source', { file: disk.path }),
    backingStore(disk.backing),
    element('target', { dev: `vd${letters(index)}`, bus: 'virtio' }),
    element('serial', {}, disk.serial),
    disk.readOnly && element('readonly'),
    index === 0 && element('boot', { order: 1 }),
  );
}

/**
 * With hardware virtualisation the host's page cache only doubles the guest's, and migration wants it off.
 * Under emulation the CPU is the limit and many guests share one base: there the cache serves them all.
 * Both are safe: the guest's flushes reach the disk.
 */
function driving(disk: DomainDisk, accelerator: Accelerator): Record<string, string | number> {
  if (disk.readOnly) return {};
  if (accelerator === 'tcg') return { cache: 'writeback', io: 'threads', discard: 'unmap' };
  return { cache: 'none', io: 'native', discard: 'unmap', iothread: 1 };
}

/** The chain is told to its end, so that QEMU never looks into a guest's disk to find what it claims to build on. */
function backingStore(backing: DomainDisk['backing']): Xml {
  if (!backing) return element('backingStore');
  return element(
    'backingStore',
    { type: 'file' },
    element('format', { type: backing.format }),
    // Shared by many and read-only: libvirt would make it its QEMU user's own.
    element('source', { file: backing.path }, element('seclabel', { model: 'dac', relabel: 'no' })),
    element('backingStore'),
  );
}

function nicXml(nic: DomainNic): Xml {
  return element(
    'interface',
    { type: 'bridge' },
    element('mac', { address: nic.mac }),
    element('source', { bridge: nic.bridge }),
    element('target', { dev: nic.tap }),
    element('model', { type: 'virtio' }),
    element('mtu', { size: nic.mtuBytes }),
    // Nobody boots from the network here, and the ROM costs boot time.
    element('rom', { enabled: 'no' }),
  );
}

/** a … z, aa, ab, …: as Linux names disks. */
function letters(index: number): string {
  const last = String.fromCharCode(97 + (index % 26));
  return index < 26 ? last : letters(Math.floor(index / 26) - 1) + last;
}
