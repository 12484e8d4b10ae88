import { isoTime } from '../../ports/clock.ts';
import { readAttributeCertificate, splitAttributeCertificates, type AttributeCertificate } from './attribute-certificate.ts';
import { bounds } from './bounds.ts';
import type { Certificate } from './certificate.ts';
import { allows, refuseUnknown, usages } from './extensions.ts';
import type { Fqan } from './fqan.ts';
import { isNamed } from './lsc.ts';
import { oids } from './oids.ts';
import { pathToAnchor, type Path, type PathRules } from './path.ts';
import { Refusal } from './refusal.ts';
import { strongKey, verifySignature } from './signature.ts';
import type { VomsDirectory, VomsServers } from './voms-servers.ts';

const what = 'the VOMS attribute certificate';

export interface Attributes {
  /** In the order of the proxy: the first is the one that its owner put in front. */
  readonly fqans: readonly Fqan[];
  /** Until when all of them hold; null: there are none. Milliseconds since 1970. */
  readonly untilMs: number | null;
  /** Why an attribute certificate gave nothing. */
  readonly problems: readonly string[];
}

export type AttributeRules = Omit<PathRules, 'presented' | 'isForClient'> & {
  /** Null: no VOMS server is trusted. */ readonly servers: VomsDirectory | null;
};

export const noAttributes: Attributes = { fqans: [], untilMs: null, problems: [] };

/**
 * What the VOMS servers say of `entity`, in the proxy nearest to the leaf that has such an extension. An
 * attribute certificate counts whole or not at all. Throws nothing for what the bytes hold.
 */
export function readAttributes(proxies: readonly Certificate[], entity: Certificate, rules: AttributeRules): Attributes {
  const extension = proxies.map((proxy) => proxy.extensions.get(oids.vomsAttributeCertificates)).find((found) => found !== undefined);
  if (extension === undefined) return noAttributes;
  const verified: Verified[] = [];
  const problems: string[] = [];
  const take = (read: () => void): void => {
    try {
      read();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      problems.push(error.message);
    }
  };
  take(() => {
    for (const der of splitAttributeCertificates(extension.value)) take(() => verified.push(verifiedOne(der, entity, rules)));
  });
  const untilMs = verified.length === 0 ? null : Math.min(...verified.map((one) => one.untilMs));
  return { fqans: verified.flatMap(({ fqans }) => fqans), untilMs, problems };
}

interface Verified {
  readonly fqans: readonly Fqan[];
  readonly untilMs: number;
}

function verifiedOne(der: Buffer, entity: Certificate, rules: AttributeRules): Verified {
  const attributes = readAttributeCertificate(der);
  const { holder, notBeforeMs, notAfterMs, vo, extensions } = attributes;
  if (!belongsTo(holder, entity)) throw new Refusal('bad-attributes', `${what} belongs to somebody else`);
  if (rules.atMs < notBeforeMs - bounds.clockSkewMs) throw new Refusal('not-yet-valid', `${what} begins only on ${isoTime(notBeforeMs)}`);
  if (rules.atMs > notAfterMs) throw new Refusal('expired', `${what} ended on ${isoTime(notAfterMs)}`);
  refuseUnknown(extensions, what);
  const servers = rules.servers?.serversOf(vo) ?? null;
  if (servers === null) throw new Refusal('bad-attributes', `${what} is of ${vo}, whose VOMS servers are not known here`);
  const { untilMs } = verifyServer(attributes, servers, rules);
  return { fqans: attributes.fqans, untilMs: Math.min(notAfterMs, untilMs) };
}

/** VOMS wrote the person's own name where the issuer's belongs, until it had a `-newformat`; servers that old still run. */
function belongsTo(holder: AttributeCertificate['holder'], { subject, issuer, serial }: Certificate): boolean {
  if ('subject' in holder) return holder.subject.key === subject.key;
  return holder.serial === serial && (holder.issuer.key === issuer.key || holder.issuer.key === subject.key);
}

/** The signer is either a certificate in the organisation's folder, or one that came along and that the LSC file names. */
function verifyServer(attributes: AttributeCertificate, servers: VomsServers, rules: AttributeRules): Path {
  const { issuer, server, serverCertificates, vo } = attributes;
  const [came, ...others] = serverCertificates;
  const chains = servers.chains.get(server);
  const lying = servers.certificates.filter(({ subject }) => subject.key === issuer.key);
  if (came !== undefined && chains !== undefined) {
    const path = verifySigner(attributes, came, others, rules);
    if (
      isNamed(
        chains,
        [came, ...path.authorities].map(({ subject }) => subject.slash),
      )
    )
      return path;
    if (lying.length === 0)
      throw new Refusal('bad-attributes', `${what} is signed by ${came.subject.slash}, whom the LSC file of ${server} does not name`);
  }
  let refusal = new Refusal('bad-attributes', `${issuer.slash} at ${server} is not among the VOMS servers of ${vo}`);
  for (const certificate of lying) {
    try {
      return verifySigner(attributes, certificate, serverCertificates, rules);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      refusal = error;
    }
  }
  throw refusal;
}

function verifySigner(attributes: AttributeCertificate, signer: Certificate, presented: readonly Certificate[], rules: AttributeRules): Path {
  const name = signer.subject.slash;
  if (attributes.issuer.key !== signer.subject.key) throw new Refusal('bad-attributes', `${what} names another signer than ${name}`);
  verifySignature(attributes, signer, what);
  strongKey(signer);
  if (!allows(signer, usages.digitalSignature)) throw new Refusal('wrong-usage', `the key of ${name} may not sign (keyUsage)`);
  refuseUnknown(signer.extensions, `the certificate of ${name}`);
  return pathToAnchor(signer, { ...rules, presented, isForClient: false });
}
