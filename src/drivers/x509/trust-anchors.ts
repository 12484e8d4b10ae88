import { basename } from 'node:path';
import { isoTime } from '../../ports/clock.ts';
import { bounds } from './bounds.ts';
import { readCertificate, type Certificate } from './certificate.ts';
import { readCrl, type Crl } from './crl.ts';
import { basicConstraints } from './extensions.ts';
import { slashKey, type Name } from './name.ts';
import { blocksOf } from './pem.ts';
import { Refusal } from './refusal.ts';
import { strongKey } from './signature.ts';
import { fits, readNamespaces, readSigningPolicy, type SigningPolicy } from './signing-policy.ts';
import { WatchedFiles, type ReadFile, type TrustProblem } from './watched-files.ts';

export type TrustFile =
  | { readonly type: 'authorities'; readonly certificates: readonly Certificate[] }
  | { readonly type: 'crls'; readonly crls: readonly Crl[] }
  | { readonly type: 'policies'; readonly policies: readonly SigningPolicy[] };

const endings = {
  authorities: /\.(\d+|pem|crt)$/,
  crls: /\.(r\d+|crl)$/,
  signingPolicy: /\.signing_policy$/,
  namespaces: /\.namespaces$/,
} as const;
const policyEndings = [endings.signingPolicy, endings.namespaces] as const;

/** The files of a directory as /etc/grid-security/certificates: authorities, their revocation lists and policies. */
export function trustFiles(): WatchedFiles<TrustFile> {
  return new WatchedFiles(bytesMax, readTrustFile);
}

function bytesMax(name: string): number | null {
  if (endings.crls.test(name)) return bounds.crlBytesMax;
  return Object.values(endings).some((ending) => ending.test(name)) ? bounds.fileBytesMax : null;
}

function readTrustFile(name: string, bytes: Buffer): TrustFile {
  if (endings.crls.test(name)) return { type: 'crls', crls: blocksOf(bytes, 'X509 CRL', 'the revocation list').map(readCrl) };
  if (endings.signingPolicy.test(name)) return { type: 'policies', policies: readSigningPolicy(bytes.toString('utf8')) };
  if (endings.namespaces.test(name)) return { type: 'policies', policies: readNamespaces(bytes.toString('utf8')) };
  const certificates = blocksOf(bytes, 'CERTIFICATE', 'the certificate').map(readCertificate);
  for (const certificate of certificates) {
    const name = certificate.subject.slash;
    if (!basicConstraints(certificate).isAuthority) throw new Refusal('not-an-authority', `${name} is no authority (basicConstraints)`);
    strongKey(certificate);
  }
  return { type: 'authorities', certificates };
}

/** What one look at the directory found. A file that cannot be read never widens what is trusted. */
export class TrustAnchors {
  readonly #byName = new Map<string, Certificate[]>();
  /** Whole certificate → names of its files, without their endings. */
  readonly #stems = new Map<string, Set<string>>();
  readonly #crls = new Map<string, Crl[]>();
  readonly #policies: { readonly ending: RegExp; readonly stem: string; readonly policies: readonly SigningPolicy[] }[] = [];
  readonly #unreadable: { readonly name: string; readonly stem: string }[] = [];
  readonly #problems: TrustProblem[] = [];

  constructor(files: readonly ReadFile<TrustFile>[]) {
    for (const file of files) {
      const name = basename(file.path);
      const stem = name.replace(/\.[^.]*$/, '');
      if ('problem' in file) {
        this.#problems.push(file);
        this.#unreadable.push({ name, stem });
      } else if (file.content.type === 'authorities') for (const each of file.content.certificates) this.#addAuthority(each, stem);
      else if (file.content.type === 'crls') for (const each of file.content.crls) push(this.#crls, each.issuer.key, each);
      else
        this.#policies.push({
          ending: policyEndings.find((ending) => ending.test(name)) ?? endings.namespaces,
          stem,
          policies: file.content.policies,
        });
    }
  }

  get all(): readonly Certificate[] {
    return [...this.#byName.values()].flat();
  }

  authorities(subject: Name): readonly Certificate[] {
    return this.#byName.get(subject.key) ?? [];
  }

  isAnchor(certificate: Certificate): boolean {
    return this.#stems.has(identity(certificate));
  }

  /**
   * All lists with the authority's name. Throws Refusal `revocation-unknown` when a list beside the authority's
   * certificate cannot be read: what it revokes is not known.
   */
  crlsOf(authority: Certificate): readonly Crl[] {
    if (this.#isUnreadable(authority, endings.crls)) {
      throw new Refusal('revocation-unknown', `the revocation list of ${authority.subject.slash} cannot be read`);
    }
    return this.#crls.get(authority.subject.key) ?? [];
  }

  /** Throws Refusal `forbidden-subject` when a policy of the authority does not permit it to sign for this name. */
  refuseForbidden(authority: Certificate, subject: Name): void {
    for (const ending of policyEndings) {
      const permitted = this.#permitted(authority, ending);
      if (permitted === null || permitted.some((pattern) => fits(slashKey(subject.slash), pattern))) continue;
      throw new Refusal(
        'forbidden-subject',
        `${authority.subject.slash} may not sign for ${subject.slash}: its policy in the trust directory says so`,
      );
    }
  }

  /** For the administrator: what does not count, and what no longer counts. */
  problems(atMs: number): TrustProblem[] {
    const ended = [...this.#byName.values()]
      .flat()
      .filter(({ notAfterMs }) => notAfterMs < atMs)
      .map(({ subject, notAfterMs }) => ({ path: subject.slash, problem: `the authority's certificate ended on ${isoTime(notAfterMs)}` }));
    const stale = [...this.#crls.values()].flatMap((crls) => {
      const newest = crls.toSorted((a, b) => b.nextUpdateMs - a.nextUpdateMs)[0];
      if (newest === undefined || newest.nextUpdateMs > atMs) return [];
      return [{ path: newest.issuer.slash, problem: `the authority's revocation list ended on ${isoTime(newest.nextUpdateMs)}` }];
    });
    return [...this.#problems, ...ended, ...stale];
  }

  /** Null: no file speaks of the authority. */
  #permitted(authority: Certificate, ending: RegExp): string[] | null {
    if (this.#isUnreadable(authority, ending)) return [];
    const stems = this.#stems.get(identity(authority)) ?? new Set();
    const key = slashKey(authority.subject.slash);
    const own = this.#policies.filter((file) => file.ending === ending);
    const rules = own.flatMap(({ stem, policies }) =>
      policies.filter((rule) => (rule.authorityKey === null ? stems.has(stem) : rule.authorityKey === key)),
    );
    return rules.length === 0 && !own.some(({ stem }) => stems.has(stem)) ? null : rules.flatMap((rule) => rule.permitted);
  }

  #isUnreadable(authority: Certificate, ending: RegExp): boolean {
    const stems = this.#stems.get(identity(authority));
    return this.#unreadable.some(({ name, stem }) => stems?.has(stem) === true && ending.test(name));
  }

  /** One certificate lies there several times as a rule: under its alias and under its hash. */
  #addAuthority(certificate: Certificate, stem: string): void {
    const id = identity(certificate);
    const stems = this.#stems.get(id);
    if (stems === undefined) {
      this.#stems.set(id, new Set([stem]));
      push(this.#byName, certificate.subject.key, certificate);
    } else stems.add(stem);
  }
}

function identity(certificate: Certificate): string {
  return certificate.der.toString('latin1');
}

function push<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}
