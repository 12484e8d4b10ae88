import type { Slice } from '../../control/slice.ts';
import { sshKeyKind, type SshKey } from './ssh-key.ts';
import { parsePublicKey } from './public-key.ts';

export const sshKeySlice: Slice<SshKey> = {
  kind: sshKeyKind,
  async create(admission, { name, project, labels, body }) {
    return admission.create({ kind: 'ssh-key', name, project, labels, spec: parsePublicKey(body.publicKey) }) as SshKey;
  },
  async update(_admission, key) {
    return key.spec;
  },
  // Instances carry a copy: deleting the key does not lock anybody out of them.
  delete: async () => 'record',
};
