import type { X509Method } from '../../core/x509-method.ts';
import { X509Certificate } from 'node:crypto';
import type { Clock } from '../../ports/clock.ts';
import { bounds } from './bounds.ts';
import { readCertificate, type Certificate } from './certificate.ts';
import { allows, allowsClients, basicConstraints, refuseUnknown, usages } from './extensions.ts';
import type { DistinguishedName, Name } from './name.ts';
import { pathToAnchor } from './path.ts';
import { readProxies, type ProxyChain } from './proxy.ts';
import { Refusal } from './refusal.ts';
import { strongKey } from './signature.ts';
import { TrustAnchors, trustFiles } from './trust-anchors.ts';
import { readAttributes, type Attributes } from './voms.ts';
import { VomsDirectory } from './voms-servers.ts';
import type { TrustProblem } from './watched-files.ts';
import { Verdicts, type ChainVerdict, type ValidChain } from './verdicts.ts';

export type GridTrustSettings = Omit<X509Method, 'type' | 'name'>;

/** Verifies clients by the directories of trust of a grid site, and follows their changes. */
export class GridTrust {
  readonly #settings: GridTrustSettings;
  readonly #clock: Clock;
  readonly #files = trustFiles();
  readonly #servers: VomsDirectory | null;
  readonly #verdicts = new Verdicts();
  #anchors = new TrustAnchors([]);
  #lookedAtMs: number | null = null;
  #looking: Promise<void> | null = null;

  constructor(settings: GridTrustSettings, clock: Clock) {
    this.#settings = settings;
    this.#clock = clock;
    this.#servers = settings.vomsDir === null ? null : new VomsDirectory(settings.vomsDir);
  }

  /**
   * @param presented DER, leaf first, as the connection brought them
   * @param atMs the moment for which it must hold; the files are as of now
   * Throws nothing for what is presented or what the directories hold.
   */
  async verifyChain(presented: readonly Buffer[], atMs: number = this.#clock.now()): Promise<ChainVerdict> {
    await this.#lookIfDue();
    try {
      return this.#verdicts.find(presented, atMs) ?? this.#verdicts.keep(presented, atMs, this.#verify(presented, atMs));
    } catch (error) {
      if (error instanceof Refusal) return { type: 'refused', code: error.code, reason: error.message };
      throw error;
    }
  }

  /** What of the directories does not count, for the administrator; as of the last look. */
  async problems(): Promise<TrustProblem[]> {
    await this.#lookIfDue();
    return [...this.#anchors.problems(this.#clock.now()), ...(this.#servers?.problems ?? [])];
  }

  /** The trusted authorities, PEM: what callers are told, so that they know which certificate to come with. */
  async authorities(): Promise<string[]> {
    await this.#lookIfDue();
    return this.#anchors.all.map(({ der }) => new X509Certificate(der).toString());
  }

  /** Looks at the directories now. Looks that meet wait for one that began after them. */
  async reload(): Promise<void> {
    await this.#looking;
    await this.#look();
  }

  async #lookIfDue(): Promise<void> {
    const isDue = this.#lookedAtMs === null || Math.abs(this.#clock.now() - this.#lookedAtMs) >= this.#settings.reloadSeconds * 1_000;
    if (this.#looking !== null || isDue) await this.#look();
  }

  #look(): Promise<void> {
    this.#looking ??= (async () => {
      try {
        const { files, isChanged } = await this.#files.look(this.#settings.trustDir);
        if (isChanged) {
          this.#anchors = new TrustAnchors(files);
          this.#verdicts.clear();
        }
        if ((await this.#servers?.look()) === true) this.#verdicts.clear();
        this.#lookedAtMs = this.#clock.now();
      } finally {
        this.#looking = null;
      }
    })();
    return this.#looking;
  }

  #verify(presented: readonly Buffer[], atMs: number): ValidChain {
    if (presented.length === 0) throw new Refusal('no-certificate', 'no certificate was presented');
    if (presented.length > bounds.presentedCertificatesMax) throw new Refusal('too-large', `${presented.length} certificates were presented`);
    const chain = presented.map(readCertificate);
    const { entity, proxies, isLimited } = readProxies(chain, atMs);
    const rules = { anchors: this.#anchors, isCrlRequired: this.#settings.crl === 'required', atMs };
    const path = pathToAnchor(entity, { ...rules, presented: chain.slice(proxies.length + 1), isForClient: true });
    refuseAsPerson(entity);
    const attributes = readAttributes(proxies, entity, { ...rules, servers: this.#servers });
    this.#refuseByRule(isLimited, attributes);
    return {
      type: 'valid',
      subject: namesOf(entity.subject),
      commonName: entity.subject.lastCommonName,
      issuer: namesOf(entity.issuer),
      serial: entity.serial,
      proxyDepth: proxies.length,
      isLimited,
      fqans: attributes.fqans,
      attributeProblems: attributes.problems,
      untilMs: Math.min(path.untilMs, ...proxies.map(({ notAfterMs }) => notAfterMs), attributes.untilMs ?? Infinity),
    };
  }

  #refuseByRule(isLimited: ProxyChain['isLimited'], { fqans, problems }: Attributes): void {
    const { limitedProxies, badAttributes, requiredVo } = this.#settings;
    if (isLimited && limitedProxies === 'refuse') throw new Refusal('limited-proxy', 'a limited proxy may only read data; make one without -limited');
    if (problems.length > 0 && badAttributes === 'refuse') throw new Refusal('bad-attributes', problems.join('; '));
    if (requiredVo !== null && !fqans.some(({ vo }) => vo === requiredVo)) {
      throw new Refusal('vo-missing', [`the proxy has no attributes of ${requiredVo}; make it with voms-proxy-init`, ...problems].join(': '));
    }
  }
}

function refuseAsPerson(entity: Certificate): void {
  const whose = `the certificate of ${entity.subject.slash}`;
  if (entity.subject.partKeys.length === 0) throw new Refusal('malformed', 'the certificate has no subject');
  if (basicConstraints(entity).isAuthority) throw new Refusal('wrong-usage', `${whose} is that of an authority, not of a person`);
  if (!allows(entity, usages.digitalSignature)) throw new Refusal('wrong-usage', `${whose} is not for signing (keyUsage)`);
  if (!allowsClients(entity)) throw new Refusal('wrong-usage', `${whose} is not for clients (extendedKeyUsage)`);
  refuseUnknown(entity.extensions, whose);
  strongKey(entity);
}

function namesOf({ rfc4514, slash }: Name): DistinguishedName {
  return { rfc4514, slash };
}
