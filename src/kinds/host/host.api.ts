import type { Slice } from '../../control/slice.ts';
import { CloudError } from '../../core/errors.ts';
import { forgetPromises } from './host.usage.ts';
import { hostKind, type Host } from './host.ts';

export const hostSlice: Slice<Host> = {
  kind: hostKind,
  async update(_admission, host, body) {
    return { ...host.spec, ...body };
  },
  async delete(admission, host) {
    const count = await admission.count('instance', 'host', host.id);
    if (count > 0) throw new CloudError('IN_USE', { kind: 'host', name: host.name, users: `${count} instances` });
    await forgetPromises(admission, host.id);
    return 'record';
  },
};
