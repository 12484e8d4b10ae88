import type { Store } from '../control/store/store.ts';
import { CloudError } from '../core/errors.ts';
import type { Resource } from '../core/resource.ts';
import type { IssuedCertificate } from '../ports/certificates.ts';
import { isoTime, type Clock } from '../ports/clock.ts';
import type { Identity } from './identity.ts';
import { all, newRecord, put, remove } from './records.ts';
import { ignoreConflict } from './session.ts';

export const agentCertificateKind = 'agent-certificate';

/** A certificate that this cloud gave to a host. Its name is its serial number. */
export interface AgentCertificateSpec {
  readonly hostId: string;
  /** Name of the host. */
  readonly host: string;
  /** Of its DER form. */
  readonly sha256: string;
  readonly expiresAt: string;
  /** Those before it are good until it is used for the first time: an answer may get lost. */
  readonly isUsed: boolean;
}
export type AgentCertificate = Resource<AgentCertificateSpec>;

/** What is to be kept of it, in the commit that gives it out. */
export function agentCertificateRecord(clock: Clock, { serial, sha256, expiresAtMs }: IssuedCertificate, host: { id: string; name: string }) {
  const spec: AgentCertificateSpec = { hostId: host.id, host: host.name, sha256, expiresAt: isoTime(expiresAtMs), isUsed: false };
  const record: AgentCertificate = newRecord(clock, agentCertificateKind, 'crt', serial, host.id, spec);
  return { record, indexed: indexed(record) };
}

const indexed = ({ spec }: AgentCertificate) => ({ keys: [`sha256/${spec.sha256}`], indexes: { host: spec.hostId } });

/**
 * Whose agent shows this certificate (its key it has proven in the handshake); null for one that we did not give, or that
 * a newer one has replaced. Looked up with every request: neither a restart nor a kept connection goes around it. Throws
 * HOST_UNKNOWN when the host was taken out of the cloud, HOST_CERTIFICATE_INVALID when its time is over.
 */
export async function identifyAgent(store: Store, clock: Clock, sha256: string): Promise<Identity | null> {
  const certificate = (await store.getByKey(agentCertificateKind, `sha256/${sha256}`)) as AgentCertificate | null;
  if (certificate === null) return null;
  const { hostId, host, expiresAt, isUsed } = certificate.spec;
  const record = await store.get('host', hostId);
  if (record === null || record.deletedAt !== null) throw new CloudError('HOST_UNKNOWN');
  if (agentCertificateEndMs(certificate) <= clock.now())
    throw new CloudError('HOST_CERTIFICATE_INVALID', { host, problem: `it expired at ${expiresAt}` });
  if (!isUsed) await replaceOlder(store, clock, certificate);
  return {
    userId: hostId,
    name: host,
    role: 'agent',
    rights: null,
    via: 'certificate',
    method: 'certificate',
    credentialId: certificate.id,
    host,
    pending: null,
    scope: null,
    address: null,
  };
}

/** ms since 1970. */
export function agentCertificateEndMs({ spec }: AgentCertificate): number {
  return Date.parse(spec.expiresAt);
}

async function replaceOlder(store: Store, clock: Clock, certificate: AgentCertificate): Promise<void> {
  const older: Resource[] = [];
  for await (const each of all(store, agentCertificateKind, { name: 'host', value: certificate.spec.hostId })) {
    // A renewal that is on its way has not been seen by its host yet.
    if (each.id < certificate.id) older.push(each);
  }
  const used: AgentCertificate = { ...certificate, updatedAt: isoTime(clock.now()), spec: { ...certificate.spec, isUsed: true } };
  // Another request of the same agent may be doing the same.
  await store.commit([put(used, indexed(used)), ...older.map(remove)]).catch(ignoreConflict);
}
