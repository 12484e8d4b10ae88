import { createHash } from 'node:crypto';
import { CloudError } from '../../core/errors.ts';
import { hasControlCharacters } from '../../core/schema.ts';
import { keyFields, sshKeyTypes, type SshKeySpec } from './ssh-key.ts';

/** RSA keys shorter than this are refused, as current OpenSSH does. */
const rsaBitsMin = 2048;

/** One line of a .pub file, checked down to its bytes (RFC 4253 §6.6). Throws SSH_KEY_INVALID. */
export function parsePublicKey(text: string): SshKeySpec {
  const line = text.trim();
  if (line.includes('PRIVATE KEY')) throw invalid('it is a private key; keep that to yourself');
  if (hasControlCharacters(line)) throw invalid('it has more than one line or control characters');
  const [type = '', base64 = '', ...comment] = line.split(/ +/);
  if (!sshKeyTypes.has(type)) throw invalid(`it begins with «${type.slice(0, 40)}», not with a key type such as ssh-ed25519`);
  const blob = Buffer.from(base64, 'base64');
  if (blob.toString('base64').replace(/=+$/, '') !== base64.replace(/=+$/, ''))
    throw invalid('its second part is not base64, as if it was cut short');
  const fields = keyFields(blob);
  if (fields === null || new TextDecoder('latin1').decode(fields[0]) !== type)
    throw invalid('its second part does not match its type, as if it was cut short');
  if (type === 'ssh-ed25519' && fields[1]?.length !== 32) throw invalid('it is too short');
  if (type === 'ssh-rsa' && bitLength(fields[2]) < rsaBitsMin)
    throw invalid(`RSA keys need ${rsaBitsMin} bits at least; make a new one with ssh-keygen -t ed25519`);
  const fingerprint = `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`;
  return { publicKey: [type, base64, comment.join(' ')].join(' ').trim(), fingerprint };
}

function bitLength(number: Uint8Array | undefined): number {
  if (number === undefined) return 0;
  const start = number.findIndex((byte) => byte !== 0);
  if (start < 0) return 0;
  return (number.length - start) * 8 - Math.clz32(number[start] ?? 0) + 24;
}

function invalid(problem: string): CloudError {
  return new CloudError('SSH_KEY_INVALID', { problem });
}
