import type { Domain } from '../../ports/hypervisor.ts';
import { readDomainMark, readState, unless } from './domain-calls.ts';
import { domainState, isActive, stopReason } from './domain-state.ts';
import { errorCodes } from './libvirt-error.ts';
import type { LibvirtSession } from './libvirt-session.ts';
import { readLiveDomain, type LiveDomain } from './live-domain.ts';
import { procedures } from './procedures.ts';
import type { DomainRef } from './rpc-types.ts';

/** null: not defined, or not `owner`'s. */
export async function observeDomain(session: LibvirtSession, owner: string, ref: DomainRef): Promise<Domain | null> {
  const [raw, mark, hasSavedState] = await Promise.all([
    readState(session, ref),
    readDomainMark(session, ref),
    unless(errorCodes.noDomain, session.ask(procedures.domainHasManagedSaveImage, ref, 0)),
  ]);
  if (!raw || mark?.owner !== owner) return null;
  const active = isActive(raw);
  const live = active ? await unless(errorCodes.noDomain, readLive(session, ref)) : null;
  const told = stopReason(raw);
  return {
    instanceId: ref.name,
    state: domainState(raw),
    stoppedBecause: told === 'unknown' ? (mark.stoppedBecause ?? 'unknown') : told,
    configHash: mark.configHash,
    bootSerial: active ? mark.startingBoot : mark.bootSerial,
    hasSavedState: hasSavedState ?? false,
    agentConnected: live?.agentConnected ?? false,
  };
}

export async function readLive(session: LibvirtSession, ref: DomainRef): Promise<LiveDomain> {
  return readLiveDomain(await session.ask(procedures.domainGetXmlDesc, ref, 0));
}
