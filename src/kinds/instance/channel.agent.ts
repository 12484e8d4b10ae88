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
  const { instanceId, stream, session, offset = 0, maxBytes = 65_536 } = request;
  if (instanceId === null) return link.refuseChannel(session, 'a host has no consoles');
  // Our own end first: one who dials back with nothing to give would look like an empty stream.
  try {
    if (stream === 'log') {
      const { data } = await disks.consoleLog(instanceId, offset, maxBytes);
      (await link.channel(session)).end(data);
      return;
    }
    const near = stream === 'serial' ? await hypervisor.openSerial(instanceId) : await hypervisor.openScreen(instanceId);
    const far = await link.channel(session).catch((error: unknown) => {
      near.destroy();
      throw error;
    });
    await joined(far, near);
  } catch (error) {
    // Where the stream was open already, nobody waits for this any more.
    await link.refuseChannel(session, error instanceof Error ? error.message : String(error)).catch(() => undefined);
  }
}

/** Both directions, until either side ends. */
async function joined(far: Duplex, near: Duplex): Promise<void> {
  await Promise.race([pipeline(far, near), pipeline(near, far)]).finally(() => {
    far.destroy();
    near.destroy();
  });
}
