import { unless } from './domain-calls.ts';
import type { DomainMark } from './domain-mark.ts';
import { errorCodes } from './libvirt-error.ts';
import type { LibvirtSession } from './libvirt-session.ts';
import { flags, procedures } from './procedures.ts';
import type { DomainRef } from './rpc-types.ts';

/** Source: VIR_DOMAIN_MEMORY_PARAM_UNLIMITED. */
export const unlimitedKib = Number.MAX_SAFE_INTEGER;

/**
 * All that a domain may take of the host's memory: a QEMU that leaks or was taken over is stopped by it
 * before it hurts its neighbours. Generous, as meeting it kills the guest; the page cache does not count.
 */
export function memoryLimitKib({ memoryMib }: DomainMark): number {
  return (memoryMib + Math.ceil(memoryMib / 8) + 768) * 1024;
}

/**
 * Limits a domain that is on, until it is off. By a call and not in the definition: from there libvirt
 * would also raise QEMU's limit of locked memory, which a container may not.
 */
export async function limitMemory(session: LibvirtSession, ref: DomainRef, hardLimitKib: number): Promise<void> {
  const limited = session.call('quick', procedures.domainSetMemoryParameters, ref, { hard_limit: hardLimitKib }, flags.affectLive);
  // Where the host has no memory cgroup there is nothing to limit with, and the guest runs all the same.
  await unless(errorCodes.operationInvalid, limited);
}
