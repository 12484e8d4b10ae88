import { createPublicKey, verify, type KeyObject } from 'node:crypto';
import { bounds } from './bounds.ts';
import type { Certificate, Signed } from './certificate.ts';
import { insideOf, tags } from './der.ts';
import { oidOf } from './der-values.ts';
import { Refusal } from './refusal.ts';

interface Algorithm {
  readonly keyType: 'rsa' | 'ec' | 'ed25519' | 'ed448';
  /** Null: the algorithm has its own. */
  readonly hash: string | null;
}

const algorithms: Readonly<Record<string, Algorithm>> = {
  '1.2.840.113549.1.1.11': { keyType: 'rsa', hash: 'sha256' },
  '1.2.840.113549.1.1.12': { keyType: 'rsa', hash: 'sha384' },
  '1.2.840.113549.1.1.13': { keyType: 'rsa', hash: 'sha512' },
  '1.2.840.10045.4.3.2': { keyType: 'ec', hash: 'sha256' },
  '1.2.840.10045.4.3.3': { keyType: 'ec', hash: 'sha384' },
  '1.2.840.10045.4.3.4': { keyType: 'ec', hash: 'sha512' },
  '1.3.101.112': { keyType: 'ed25519', hash: null },
  '1.3.101.113': { keyType: 'ed448', hash: null },
};

const weak: Readonly<Record<string, string>> = {
  '1.2.840.113549.1.1.2': 'MD2',
  '1.2.840.113549.1.1.4': 'MD5',
  '1.2.840.113549.1.1.5': 'SHA-1',
  '1.2.840.113549.1.1.14': 'SHA-224',
  '1.2.840.10045.4.1': 'SHA-1',
  '1.2.840.10045.4.3.1': 'SHA-224',
};

/** Throws Refusal `weak-algorithm`, or `bad-signature` when it is not by the key of `signer`. */
export function verifySignature(signed: Signed, signer: Certificate, whose: string): void {
  const { keyType, hash } = algorithmOf(signed, whose);
  const key = strongKey(signer);
  const isGood = key.asymmetricKeyType === keyType && isSigned(hash, signed, key);
  if (!isGood) throw new Refusal('bad-signature', `${whose} is not signed by ${signer.subject.slash}`);
}

/** OpenSSL throws for a signature that is none at all. */
function isSigned(hash: string | null, { signedBytes, signature }: Signed, key: KeyObject): boolean {
  try {
    return verify(hash, signedBytes, key, signature);
  } catch {
    return false;
  }
}

function algorithmOf({ algorithm }: Signed, whose: string): Algorithm {
  const what = `the signature of ${whose}`;
  const reader = insideOf(algorithm, what);
  const oid = oidOf(reader.next(), what);
  const parameters = reader.optional(tags.null);
  const found = algorithms[oid];
  if (found === undefined) throw new Refusal('weak-algorithm', `${whose} is signed with ${weak[oid] ?? oid}; SHA-256 or better is asked for`);
  if (!reader.isAtEnd || (parameters !== null && (parameters.content.length > 0 || found.keyType !== 'rsa'))) {
    throw new Refusal('malformed', `${what} cannot be read`);
  }
  return found;
}

const keys = new WeakMap<Certificate, KeyObject>();
const curves: ReadonlySet<string | undefined> = new Set(['prime256v1', 'secp384r1', 'secp521r1']);

/** The public key. Throws Refusal `weak-key` when others could compute the private one, or nobody knows. */
export function strongKey(certificate: Certificate): KeyObject {
  const known = keys.get(certificate);
  if (known !== undefined) return known;
  const whose = `the key of ${certificate.subject.slash}`;
  const key = publicKey(certificate, whose);
  const { modulusLength = 0, namedCurve } = key.asymmetricKeyDetails ?? {};
  switch (key.asymmetricKeyType) {
    case 'rsa':
      if (modulusLength < bounds.rsaBitsMin || modulusLength > bounds.rsaBitsMax) {
        throw new Refusal('weak-key', `${whose} has ${modulusLength} bits; ${bounds.rsaBitsMin} to ${bounds.rsaBitsMax} are asked for`);
      }
      break;
    case 'ec':
      if (!curves.has(namedCurve))
        throw new Refusal('weak-key', `${whose} is on the curve ${namedCurve ?? 'of its own'}; P-256, P-384 or P-521 is asked for`);
      break;
    case 'ed25519':
    case 'ed448':
      break;
    default:
      throw new Refusal('weak-key', `${whose} is of the type ${key.asymmetricKeyType ?? 'unknown'}; RSA, EC or Ed25519 is asked for`);
  }
  keys.set(certificate, key);
  return key;
}

function publicKey(certificate: Certificate, whose: string): KeyObject {
  try {
    return createPublicKey({ key: certificate.keyInfo, format: 'der', type: 'spki' });
  } catch {
    throw new Refusal('malformed', `${whose} cannot be read`);
  }
}
