import { keyFields, sshKeyTypes } from '../ssh-key.ts';

type CheckedKey =
  | { readonly is: 'good'; readonly type: string; readonly comment: string; readonly bytes: Uint8Array<ArrayBuffer> }
  /** `why`: a key of the words `ssh-key:problems`. */
  | { readonly is: 'bad'; readonly why: 'private' | 'lines' | 'type' | 'cut' | 'short' };

/** One line of a .pub file, looked at before it is sent; the cloud looks again. */
export function checkPublicKey(text: string): CheckedKey {
  const line = text.trim();
  if (line.includes('PRIVATE KEY')) return { is: 'bad', why: 'private' };
  if (/[\r\n]/.test(line)) return { is: 'bad', why: 'lines' };
  const [type = '', base64 = '', ...comment] = line.split(/ +/);
  if (!sshKeyTypes.has(type)) return { is: 'bad', why: 'type' };
  const bytes = fromBase64(base64);
  const fields = bytes === null ? null : keyFields(bytes);
  if (bytes === null || fields === null || new TextDecoder().decode(fields[0]) !== type) return { is: 'bad', why: 'cut' };
  // RSA keys under 2048 bits are refused; the modulus is the third field.
  if (type === 'ssh-rsa' && (fields[2]?.length ?? 0) < 256) return { is: 'bad', why: 'short' };
  if (type === 'ssh-ed25519' && fields[1]?.length !== 32) return { is: 'bad', why: 'cut' };
  return { is: 'good', type, comment: comment.join(' '), bytes };
}

/** As `ssh-keygen -l` shows it; null where the browser cannot tell (not over HTTPS). */
export async function fingerprintOf(bytes: Uint8Array<ArrayBuffer>): Promise<string | null> {
  const { subtle } = globalThis.crypto as { subtle?: SubtleCrypto };
  if (subtle === undefined) return null;
  const digest = new Uint8Array(await subtle.digest('SHA-256', bytes));
  return `SHA256:${btoa(String.fromCharCode(...digest)).replace(/=+$/, '')}`;
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> | null {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(text)) return null;
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    return null;
  }
}
