import { uuidFromId } from '../../core/ids.ts';
import type { Accelerator, DomainConfig } from '../../ports/hypervisor.ts';
import { devices, type Platform } from './domain-devices.ts';
import { markXml, type DomainMark } from './domain-mark.ts';
import { element, type Xml } from './xml.ts';

/** The whole definition of a domain, as libvirt's `formatdomain` describes it. */
export function domainXml(config: DomainConfig, mark: DomainMark, platform: Platform): string {
  const machine = machineType(config);
  const quick = skipsCpuVerification(config.accelerator, platform.libvirtVersion);
  return element(
    'domain',
    { type: config.accelerator === 'kvm' ? 'kvm' : 'qemu', 'xmlns:qemu': quick ? 'http://libvirt.org/schemas/domain/qemu/1.0' : null },
    element('name', {}, config.instanceId),
    element('uuid', {}, uuidFromId(config.instanceId)),
    element('title', {}, config.instanceName.replace(/\s+/g, ' ').trim() || config.instanceId),
    element('metadata', {}, markXml(mark)),
    element('memory', { unit: 'MiB' }, config.memoryMib),
    element('vcpu', { placement: 'static' }, config.vcpus),
    config.accelerator === 'kvm' && element('iothreads', {}, 1),
    // Relative weight: under contention everybody gets CPU by their vCPUs. cgroup v2 takes 1 to 10,000.
    element('cputune', {}, element('shares', {}, Math.min(10_000, 100 * config.vcpus))),
    firmware(config, machine),
    features(config),
    cpu(config),
    clock(config.accelerator),
    // Powering on again is the agent's decision; a reboot from within stays in the same run.
    element('on_poweroff', {}, 'destroy'),
    element('on_reboot', {}, 'restart'),
    element('on_crash', {}, 'destroy'),
    // A guest that suspends itself would look hung to its owner, and nothing could wake it.
    element('pm', {}, element('suspend-to-mem', { enabled: 'no' }), element('suspend-to-disk', { enabled: 'no' })),
    devices(config, machine, platform),
    quick && element('qemu:capabilities', {}, element('qemu:del', { capability: 'cpu-unavailable-features' })),
  ).text;
}

/**
 * Under emulation `pc` boots 3 s sooner than `q35` with its root ports, and plugs in disks without them.
 * UEFI's secure boot needs the SMM that only `q35` has; both UEFIs then use the same.
 */
export function machineType(config: Pick<DomainConfig, 'accelerator' | 'firmware'>): 'pc' | 'q35' {
  return config.accelerator === 'tcg' && config.firmware === 'bios' ? 'pc' : 'q35';
}

/**
 * libvirt 9.0 asks QEMU some 400 questions about the guest's CPU at every start: two thirds of the time a
 * start takes. Without this capability it does not. Only where it was tried: emulation, 9.0.x.
 */
function skipsCpuVerification(accelerator: Accelerator, libvirtVersion: number): boolean {
  return accelerator === 'tcg' && Math.floor(libvirtVersion / 1000) === 9_000;
}

/** Translated code kept by the emulator, MiB; without a bound it grows to 1 GiB. */
function translationCacheMib(config: DomainConfig): number {
  return Math.min(128, Math.max(32, Math.floor(config.memoryMib / 8)));
}

function firmware(config: DomainConfig, machine: string): Xml {
  const uefi = config.firmware !== 'bios';
  const secure = config.firmware === 'uefi-secure' ? 'yes' : 'no';
  return element(
    'os',
    { firmware: uefi ? 'efi' : null },
    element('type', { arch: 'x86_64', machine }, 'hvm'),
    uefi &&
      element(
        'firmware',
        {},
        element('feature', { enabled: secure, name: 'secure-boot' }),
        element('feature', { enabled: secure, name: 'enrolled-keys' }),
      ),
    element('bootmenu', { enable: 'no' }),
  );
}

function features(config: DomainConfig): Xml {
  return element(
    'features',
    {},
    element('acpi'),
    element('apic'),
    config.accelerator === 'kvm' && element('vmport', { state: 'off' }),
    config.firmware === 'uefi-secure' && element('smm', { state: 'on' }),
    config.accelerator === 'tcg' && element('tcg', {}, element('tb-cache', { unit: 'MiB' }, translationCacheMib(config))),
  );
}

function cpu(config: DomainConfig): Xml {
  const topology = element('topology', { sockets: 1, dies: 1, cores: config.vcpus, threads: 1 });
  if (config.accelerator === 'kvm') return element('cpu', { mode: 'host-passthrough', check: 'none', migratable: 'on' }, topology);
  // The richest model that QEMU emulates whole.
  return element('cpu', { mode: 'custom', match: 'exact' }, element('model', { fallback: 'forbid' }, 'Nehalem'), topology);
}

function clock(accelerator: Accelerator): Xml {
  if (accelerator === 'tcg') return element('clock', { offset: 'utc' });
  return element(
    'clock',
    { offset: 'utc' },
    element('timer', { name: 'rtc', tickpolicy: 'catchup' }),
    element('timer', { name: 'pit', tickpolicy: 'delay' }),
    element('timer', { name: 'hpet', present: 'no' }),
  );
}
