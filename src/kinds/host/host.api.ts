import type { Slice } from '../../control/slice.ts';
import { CloudError } from '../../core/errors.ts';
import { isoTime } from '../../ports/clock.ts';
import type { HostPresence } from './host.presence.ts';
import type { HostsView } from './host.usage.ts';
import { hostCapacity, hostKind, type Host } from './host.ts';

export function hostSlice(hosts: HostsView, presence: HostPresence): Slice<Host> {
  return {
    kind: hostKind,
    async update(_admission, host, body) {
      return { ...host.spec, ...body };
    },
    async delete(admission, host) {
      const count = await admission.count('instance', 'host', host.id);
      if (count > 0) throw new CloudError('IN_USE', { kind: 'host', name: host.name, users: `${count} instances` });
      // Who places an instance there at the same moment leans on the host's record: either goes through, never both.
      admission.leanOnEmpty('instance', 'host', host.id);
      return 'record';
    },
    /** With what is in memory only, or in records of its own: a commit for every sign of life would be noise. */
    view(host) {
      const { lastHeardMs } = presence.heardOf(host.id);
      const lastSeenAt = lastHeardMs === null ? host.status.lastSeenAt : isoTime(lastHeardMs);
      const { facts } = host.status;
      const room = facts === null ? {} : { capacity: hostCapacity(facts), promised: hosts.promised(host.id) };
      return { ...host, status: { ...host.status, lastSeenAt, ...room } };
    },
  };
}
