/** A new pair of keys; neither has left the browser. */
export interface KeyPair {
  /** One line, as of a .pub file. */
  readonly publicKey: string;
  /** The whole file, as `ssh-keygen -t ed25519 -N ''` writes it. */
  readonly privateKey: string;
}

/** Null where the browser cannot: over plain HTTP from another machine, or too old for Ed25519. */
export async function makeKeyPair(comment: string): Promise<KeyPair | null> {
  const { subtle } = globalThis.crypto as { subtle?: SubtleCrypto };
  if (subtle === undefined) return null;
  let pair: CryptoKeyPair;
  try {
    pair = await subtle.generateKey('Ed25519', true, ['sign', 'verify']);
  } catch {
    return null;
  }
  const publicBytes = new Uint8Array(await subtle.exportKey('raw', pair.publicKey));
  // RFC 8410: the seed is what the PKCS #8 form ends with.
  const seed = new Uint8Array(await subtle.exportKey('pkcs8', pair.privateKey)).slice(-32);
  const check = crypto.getRandomValues(new Uint8Array(4));
  return {
    publicKey: `${keyType} ${base64(publicBlob(publicBytes))} ${comment}`,
    privateKey: armoured(privateFile(publicBytes, seed, check, comment)),
  };
}

const keyType = 'ssh-ed25519';

function publicBlob(publicBytes: Uint8Array): Uint8Array {
  return joined(string(text(keyType)), string(publicBytes));
}

/** Source: OpenSSH, PROTOCOL.key; unencrypted. */
function privateFile(publicBytes: Uint8Array, seed: Uint8Array, check: Uint8Array, comment: string): Uint8Array {
  const secret = joined(check, check, publicBlob(publicBytes), string(joined(seed, publicBytes)), string(text(comment)));
  const padding = Uint8Array.from({ length: (8 - (secret.length % 8)) % 8 }, (_, index) => index + 1);
  return joined(
    text('openssh-key-v1\0'),
    string(text('none')),
    string(text('none')),
    string(new Uint8Array()),
    number(1),
    string(publicBlob(publicBytes)),
    string(joined(secret, padding)),
  );
}

function armoured(bytes: Uint8Array): string {
  const lines = base64(bytes).replaceAll(/.{70}(?=.)/g, '$&\n');
  return `-----BEGIN OPENSSH PRIVATE KEY-----\n${lines}\n-----END OPENSSH PRIVATE KEY-----\n`;
}

function joined(...parts: Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** RFC 4251, section 5. */
function string(bytes: Uint8Array): Uint8Array {
  return joined(number(bytes.length), bytes);
}

function number(value: number): Uint8Array {
  return Uint8Array.of(value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255);
}

const text = (value: string) => new TextEncoder().encode(value);
const base64 = (bytes: Uint8Array) => btoa(String.fromCharCode(...bytes));
