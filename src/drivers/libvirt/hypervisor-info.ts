import type { Accelerator, HypervisorInfo } from '../../ports/hypervisor.ts';
import type { LibvirtSession } from './libvirt-session.ts';
import { readFirmwares } from './live-domain.ts';
import { procedures } from './procedures.ts';

interface InfoOptions {
  readonly accelerator: Accelerator;
  readonly acceleratorReason: string;
  readonly emulatorPath?: string;
}

export async function readInfo(session: LibvirtSession, options: InfoOptions): Promise<HypervisorInfo> {
  const virtType = options.accelerator === 'kvm' ? 'kvm' : 'qemu';
  const [libvirt, qemu, capabilities] = await Promise.all([
    session.ask(procedures.connectGetLibVersion),
    session.ask(procedures.connectGetVersion),
    session.ask(procedures.connectGetDomainCapabilities, options.emulatorPath ?? null, 'x86_64', 'q35', virtType),
  ]);
  return {
    accelerator: options.accelerator,
    acceleratorReason: options.acceleratorReason,
    hypervisorVersion: `libvirt ${versionText(libvirt)}`,
    emulatorVersion: `QEMU ${versionText(qemu)}`,
    firmwares: readFirmwares(capabilities),
  };
}

function versionText(version: number): string {
  return `${Math.floor(version / 1_000_000)}.${Math.floor(version / 1_000) % 1_000}.${version % 1_000}`;
}
