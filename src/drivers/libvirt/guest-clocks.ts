import type { LibvirtSession } from './libvirt-session.ts';
import { readLive } from './observe-domain.ts';
import { procedures } from './procedures.ts';
import type { DomainRef } from './rpc-types.ts';

/**
 * A guest that was paused, or whose memory was saved, goes on with the time at which it stopped. Its agent is told
 * the time as soon as it is connected; a guest without one needs NTP. That it fails harms nothing.
 */
export class GuestClocks {
  readonly #session: LibvirtSession;
  /** By instance. */
  readonly #late = new Set<string>();

  constructor(session: LibvirtSession) {
    this.#session = session;
  }

  /** It goes on after a rest. */
  wentOn(domain: DomainRef): void {
    this.#late.add(domain.name);
    this.look(domain);
  }

  /** Something about it has changed, its agent's connection perhaps. */
  look(domain: DomainRef): void {
    if (!this.#late.delete(domain.name)) return;
    this.#set(domain).then(
      (isSet) => void (isSet || this.#late.add(domain.name)),
      () => this.#late.add(domain.name),
    );
  }

  forget(instanceId: string): void {
    this.#late.delete(instanceId);
  }

  async #set(domain: DomainRef): Promise<boolean> {
    const { agentConnected } = await readLive(this.#session, domain);
    if (!agentConnected) return false;
    const nowMs = Date.now();
    await this.#session.call('slow', procedures.domainSetTime, domain, Math.floor(nowMs / 1_000), (nowMs % 1_000) * 1_000_000);
    return true;
  }
}
