import { Type } from 'typebox';
import type { Kind } from '../../core/kind.ts';
import type { Resource } from '../../core/resource.ts';
import { limits } from '../../core/limits.ts';

export interface SshKeySpec {
  /** One line in OpenSSH's format: type, base64, comment. */
  readonly publicKey: string;
  /** As `ssh-keygen -l` shows it: `SHA256:` and base64 without padding. */
  readonly fingerprint: string;
}
export type SshKey = Resource<SshKeySpec, Record<string, never>>;

/** What a public key may begin with: those that current OpenSSH takes. */
export const sshKeyTypes: ReadonlySet<string> = new Set([
  'ssh-ed25519',
  'ssh-rsa',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'sk-ssh-ed25519@openssh.com',
  'sk-ecdsa-sha2-nistp256@openssh.com',
]);

const publicKey = Type.String({
  minLength: 16,
  maxLength: limits.sshKeyLengthMax,
  description: 'One line of a .pub file, e.g. `ssh-ed25519 AAAA… me@laptop`.',
});

export const sshKeyKind = {
  name: 'ssh-key',
  plural: 'ssh-keys',
  prefix: 'key',
  scope: 'project',
  says: 'A public key that opens new instances for its holder.',
  create: Type.Object({ publicKey }),
  update: Type.Object({}),
  spec: Type.Object({ publicKey, fingerprint: Type.String() }),
  status: Type.Object({}),
  initialStatus: {},
  states: ['active'],
  state: () => 'active',
  verbs: {},
  indexes: () => ({}),
  columns: [
    { title: 'NAME', value: (key) => key.name },
    { title: 'TYPE', value: (key) => key.spec.publicKey.split(' ')[0] ?? '' },
    { title: 'FINGERPRINT', value: (key) => key.spec.fingerprint },
  ],
} as const satisfies Kind<SshKey>;

/** The strings that a public key is made of (RFC 4253 §6.6), at most 16; null: it was cut short. */
export function keyFields(bytes: Uint8Array): Uint8Array[] | null {
  const fields: Uint8Array[] = [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let at = 0; at < bytes.length && fields.length < 16;) {
    if (at + 4 > bytes.length) return null;
    const length = view.getUint32(at);
    at += 4;
    if (at + length > bytes.length) return null;
    fields.push(bytes.subarray(at, at + length));
    at += length;
  }
  return fields.length < 2 ? null : fields;
}
