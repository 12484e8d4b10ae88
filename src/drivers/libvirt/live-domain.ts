import type { DomainConfig } from '../../ports/hypervisor.ts';
import { find, readXml } from './read-xml.ts';

/** What only the description of a running domain tells. */
export interface LiveDomain {
  readonly agentConnected: boolean;
  readonly serialSocketPath: string | null;
  readonly vncSocketPath: string | null;
}

export function readLiveDomain(xml: string): LiveDomain {
  const domain = readXml(xml);
  const agent = find(domain, 'devices', 'channel', 'target').find((target) => target.attributes['name'] === 'org.qemu.guest_agent.0');
  const serial = find(domain, 'devices', 'serial', 'source').find((source) => source.attributes['mode'] === 'bind');
  const screen = find(domain, 'devices', 'graphics', 'listen').find((listen) => listen.attributes['type'] === 'socket');
  return {
    agentConnected: agent?.attributes['state'] === 'connected',
    serialSocketPath: serial?.attributes['path'] ?? null,
    vncSocketPath: screen?.attributes['socket'] ?? null,
  };
}

/** From the capabilities of a domain: what libvirt found firmware files for. */
export function readFirmwares(domainCapabilities: string): DomainConfig['firmware'][] {
  const capabilities = readXml(domainCapabilities);
  const offers = (path: readonly string[], name: string, value: string): boolean =>
    find(capabilities, ...path, 'enum').some(
      (each) => each.attributes['name'] === name && find(each, 'value').some((offered) => offered.text === value),
    );
  if (!offers(['os'], 'firmware', 'efi')) return ['bios'];
  return offers(['os', 'loader'], 'secure', 'yes') ? ['bios', 'uefi', 'uefi-secure'] : ['bios', 'uefi'];
}
