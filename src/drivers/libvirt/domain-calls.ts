import { looksLikeId, uuidFromId } from '../../core/ids.ts';
import { bareMarkXml, markNamespace, markPrefix, readMark, type DomainMark } from './domain-mark.ts';
import type { RawState } from './domain-state.ts';
import { errorCodes, LibvirtError } from './libvirt-error.ts';
import type { LibvirtSession } from './libvirt-session.ts';
import { flags, procedures } from './procedures.ts';
import type { DomainRef } from './rpc-types.ts';

/** A domain of ours as the wire names it. Throws Error when it is not an id. */
export function domainRef(instanceId: string): DomainRef {
  return { name: instanceId, uuid: Buffer.from(uuidFromId(instanceId).replaceAll('-', ''), 'hex'), id: -1 };
}

/** Whether name and UUID belong together as ours do; a domain of somebody else's fails this. */
export function isInstanceRef(domain: DomainRef): boolean {
  return looksLikeId(domain.name) && Buffer.from(domain.uuid).equals(domainRef(domain.name).uuid);
}

/** null for a domain that does not exist. */
export async function readState(session: LibvirtSession, domain: DomainRef): Promise<RawState | null> {
  return await unless(errorCodes.noDomain, session.ask(procedures.domainGetState, domain, 0));
}

/** The mark in the persistent definition, which also a running domain has. null: none, or no such domain. */
export async function readDomainMark(session: LibvirtSession, domain: DomainRef): Promise<DomainMark | null> {
  const asked = session.ask(procedures.domainGetMetadata, domain, flags.metadataElement, markNamespace, flags.affectConfig);
  const xml = await unless(errorCodes.noDomain, unless(errorCodes.noMetadata, asked));
  return xml === null ? null : readMark(xml);
}

/** On disk when it returns. */
export async function writeDomainMark(session: LibvirtSession, domain: DomainRef, mark: DomainMark): Promise<void> {
  await session.call(
    'quick',
    procedures.domainSetMetadata,
    domain,
    flags.metadataElement,
    bareMarkXml(mark),
    markPrefix,
    markNamespace,
    flags.affectConfig,
  );
}

export async function unless<T>(code: number, answer: Promise<T>): Promise<T | null> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof LibvirtError && error.code === code) return null;
    throw error;
  }
}
