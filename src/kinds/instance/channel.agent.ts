import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ChannelRequest, ControlLink } from '../../ports/control-link.ts';
import type { HostDisks } from '../../ports/host-disks.ts';
import type { Hypervisor } from '../../ports/hypervisor.ts';

interface Deps {
  readonly hypervisor: Hypervisor;
  readonly disks: HostDisks;
  readonly link: ControlLink;
}

/** Connects a stream of an instance on this host to whoever waits for it at the control plane. */
export async function openInstanceChannel({ hypervisor, disks, link }: Deps, request: ChannelRequest): Promise<void> {
  const { instanceId, stream } = request;
  const far = await link.channel(request.session);
  try {
    if (stream === 'log') {
      const { data } = await disks.consoleLog(instanceId, request.offset ?? 0, request.maxBytes ?? 65_536);
      far.end(data);
      return;
    }
    const near = stream === 'serial' ? await hypervisor.openSerial(instanceId) : connect(disks.paths(instanceId).vncSocket);
    await joined(far, near);
  } catch (error) {
    far.destroy(error instanceof Error ? error : new Error(String(error)));
  }
}

/** Both directions, until either side ends. */
async function joined(far: Duplex, near: Duplex): Promise<void> {
  await Promise.race([pipeline(far, near), pipeline(near, far)]).finally(() => {
    far.destroy();
    near.destroy();
  });
}
