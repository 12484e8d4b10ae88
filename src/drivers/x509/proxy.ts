import { bounds } from './bounds.ts';
import type { Certificate } from './certificate.ts';
import { allows, allowsClients, basicConstraints, proxyCertInfo, refuseUnknown, usages } from './extensions.ts';
import { refuseOutOfTime } from './path.ts';
import { oids } from './oids.ts';
import { Refusal } from './refusal.ts';
import { strongKey, verifySignature } from './signature.ts';

export interface ProxyChain {
  /** Leaf first. */
  readonly proxies: readonly Certificate[];
  /** The person's own certificate, which the last proxy stands for. */
  readonly entity: Certificate;
  /** One proxy that may only read data makes all below it such. */
  readonly isLimited: boolean;
}

type Kind = 'rfc' | 'legacy';

/** Source: Globus; RFC 3820 names them by numbers and does not ask for any name. */
const legacyNames: ReadonlySet<string | null> = new Set(['proxy', 'limited proxy']);

/**
 * The proxies of a chain, leaf first, and the certificate that they stand for; each proxy is verified against
 * the next certificate (RFC 3820, 4). The entity itself is not. Throws Refusal.
 */
export function readProxies(chain: readonly Certificate[], atMs: number): ProxyChain {
  const draft = chain.find(({ extensions }) => extensions.has(oids.draftProxyCertInfo));
  if (draft !== undefined) throw new Refusal('bad-proxy', `the proxy ${draft.subject.slash} is of a draft of RFC 3820: make it with -rfc`);
  const count = chain.findIndex((certificate) => kindOf(certificate) === null);
  const entity = chain[count];
  if (entity === undefined) throw new Refusal('bad-proxy', 'the proxy came without the certificate that it stands for');
  if (count > bounds.proxiesMax) throw new Refusal('path-too-long', `${count} proxies of proxies are more than ${bounds.proxiesMax}`);
  const proxies = chain.slice(0, count);
  if (new Set(proxies.map(kindOf)).size > 1)
    throw new Refusal('bad-proxy', 'a chain has proxies of one kind: all as in RFC 3820 or all as before it');
  proxies.forEach((proxy, depth) => verifyProxy(proxy, chain[depth + 1] as Certificate, depth, atMs));
  return { proxies, entity, isLimited: proxies.some(isLimited) };
}

/** Null: it is no proxy. */
function kindOf(certificate: Certificate): Kind | null {
  if (certificate.extensions.has(oids.proxyCertInfo)) return 'rfc';
  return legacyNames.has(certificate.subject.lastCommonName) && isNamedBelow(certificate) ? 'legacy' : null;
}

/** @param depth how many proxies stand below this one */
function verifyProxy(proxy: Certificate, signer: Certificate, depth: number, atMs: number): void {
  const whose = `the proxy ${proxy.subject.slash}`;
  if (basicConstraints(signer).isAuthority)
    throw new Refusal('bad-proxy', `${whose} is signed by an authority; only a person or a proxy signs proxies`);
  if (proxy.issuer.key !== signer.subject.key || !isNamedBelow(proxy)) {
    throw new Refusal('bad-proxy', `${whose} does not have the name of who signed it, ${signer.subject.slash}, and one CN more`);
  }
  verifySignature(proxy, signer, whose);
  strongKey(proxy);
  refuseOutOfTime(proxy, atMs);
  refuseUnknown(proxy.extensions, whose, [oids.proxyCertInfo]);
  // Source: RFC 3820, 3.4 to 3.7.
  if (proxy.extensions.has(oids.subjectAltName) || proxy.extensions.has(oids.issuerAltName))
    throw new Refusal('bad-proxy', `${whose} has a second name`);
  if (basicConstraints(proxy).isAuthority) throw new Refusal('bad-proxy', `${whose} would be an authority`);
  if (!allows(proxy, usages.digitalSignature)) throw new Refusal('wrong-usage', `the key of ${whose} may not sign (keyUsage)`);
  if (!allowsClients(proxy)) throw new Refusal('wrong-usage', `${whose} is not for clients (extendedKeyUsage)`);
  verifyPolicy(proxy, depth, whose);
}

function verifyPolicy(proxy: Certificate, depth: number, whose: string): void {
  const info = proxyCertInfo(proxy);
  if (info === null) return;
  if (proxy.extensions.get(oids.proxyCertInfo)?.isCritical !== true)
    throw new Refusal('bad-proxy', `${whose} does not say critically that it is one`);
  if (info.pathLengthMax !== null && depth > info.pathLengthMax)
    throw new Refusal('path-too-long', `${whose} may have ${info.pathLengthMax} proxies below it, and has ${depth}`);
  if (info.policyLanguage === oids.independent) throw new Refusal('bad-proxy', `${whose} is independent: it has no rights of the person who made it`);
  if (info.policyLanguage !== oids.inheritAll && info.policyLanguage !== oids.limited) {
    throw new Refusal('bad-proxy', `${whose} limits its rights in a language ${info.policyLanguage} that this cloud does not know`);
  }
  if (info.policy !== null && info.policyLanguage === oids.inheritAll)
    throw new Refusal('bad-proxy', `${whose} inherits all and has a policy besides`);
}

function isLimited(proxy: Certificate): boolean {
  return proxyCertInfo(proxy)?.policyLanguage === oids.limited || proxy.subject.lastCommonName === 'limited proxy';
}

/** Its name is its issuer's and exactly one common name more. */
function isNamedBelow({ subject, issuer }: Certificate): boolean {
  return (
    subject.lastCommonName !== null &&
    subject.partKeys.length === issuer.partKeys.length + 1 &&
    issuer.partKeys.every((part, index) => part === subject.partKeys[index])
  );
}
