import { comparableNameOf } from '../../core/distinguished-name.ts';
import type { X509Method } from '../../core/x509-method.ts';
import type { Clock } from '../../ports/clock.ts';
import type { CertificateVerifier, MethodFinding, OpenIdAnswer, Refusal } from '../../ports/identity.ts';
import { GridTrust } from './grid-trust.ts';
import type { RefusalCode } from './refusal.ts';
import type { ValidChain } from './verdicts.ts';

/** Who comes with certificates, proxies and attributes of a grid, by the directories that the method names. */
export class GridCertificates implements CertificateVerifier {
  readonly #method: X509Method;
  readonly #trust: GridTrust;

  constructor(method: X509Method, clock: Clock) {
    this.#method = method;
    this.#trust = new GridTrust(method, clock);
  }

  async identify(presented: readonly Buffer[]): Promise<OpenIdAnswer> {
    const verdict = await this.#trust.verifyChain(presented);
    if (verdict.type === 'refused') return refusal(codes[verdict.code] ?? 'not-proven', verdict.reason);
    const subject = comparableNameOf(verdict.subject.rfc4514);
    if (subject === null) return refusal('not-usable', `the name ${verdict.subject.slash} is too long`);
    return { type: 'found', identity: this.#identity(verdict, subject) };
  }

  authorities(): Promise<readonly string[]> {
    return this.#trust.authorities();
  }

  /** What of the directories does not count. */
  async check(): Promise<MethodFinding[]> {
    const problems = await this.#trust.problems();
    if (problems.length === 0)
      return [{ isRight: true, says: 'All files of the directories of trust can be read, and all revocation lists are current.' }];
    return problems.map(({ path, problem }) => ({ isRight: false, says: `${path}: ${problem}.` }));
  }

  #identity({ commonName, fqans }: ValidChain, subject: string) {
    const groups = [...new Set(fqans.map(({ text }) => text))];
    return { method: this.#method.name, type: 'x509', subject, userName: null, displayName: commonName, email: null, groups } as const;
  }
}

/** All others: what came is not proven. */
const codes: { readonly [code in RefusalCode]?: Refusal['code'] } = {
  'vo-missing': 'not-in-required-group',
  'limited-proxy': 'not-usable',
  'bad-attributes': 'not-usable',
};

function refusal(code: Refusal['code'], reason: string): Refusal {
  return { type: 'refused', code, reason: `${reason.charAt(0).toUpperCase()}${reason.slice(1)}.` };
}
