import { randomBytes } from 'node:crypto';
import type { Duplex } from 'node:stream';
import { CloudError } from '../core/errors.ts';
import { seconds } from '../core/units.ts';
import type { Gateway } from '../control/gateway.ts';
import type { Instance } from '../kinds/instance/instance.ts';
import { sleep, type Clock } from '../ports/clock.ts';
import type { ChannelRequest } from '../ports/control-link.ts';

/** A host that does not dial back within this is taken to be unable to. */
export const dialBackMsMax = 10 * seconds;

interface Waiting {
  readonly hostId: string;
  take(stream: Duplex): void;
  refuse(reason: string): void;
}

/** Streams out of hosts: we ask over the host's line, its agent dials back, once, with the name we gave the stream. */
export class Channels {
  readonly #gateway: Gateway;
  readonly #clock: Clock;
  readonly #waiting = new Map<string, Waiting>();
  readonly #open = new Set<Duplex>();

  constructor(gateway: Gateway, clock: Clock) {
    this.#gateway = gateway;
    this.#clock = clock;
  }

  /** Throws CONSOLE_UNAVAILABLE, or for a log UNAVAILABLE, when the host refuses or does not dial back in time. */
  async open(instance: Instance, request: Omit<ChannelRequest, 'session' | 'instanceId'>, signal: AbortSignal): Promise<Duplex> {
    const { name, id: instanceId } = instance;
    if (request.stream === 'log')
      return this.openTo({ hostId: instance.spec.host, what: `The log of instance ${name}` }, { ...request, instanceId }, signal);
    const found = await this.#ask(instance.spec.host, { ...request, instanceId }, signal);
    if (typeof found === 'string') throw new CloudError('CONSOLE_UNAVAILABLE', { name, reason: found });
    return found;
  }

  /** Something that a host has to tell: throws UNAVAILABLE, which says `what` is, when it refuses or does not dial back in time. */
  async openTo(from: { hostId: string; what: string }, request: Omit<ChannelRequest, 'session'>, signal: AbortSignal): Promise<Duplex> {
    const found = await this.#ask(from.hostId, request, signal);
    if (typeof found === 'string') throw new CloudError('UNAVAILABLE', { what: from.what, problem: found });
    return found;
  }

  /** The stream, or in plain words why there is none. */
  async #ask(hostId: string, request: Omit<ChannelRequest, 'session'>, signal: AbortSignal): Promise<Duplex | string> {
    const session = randomBytes(32).toString('base64url');
    const over = new AbortController();
    const abort = () => over.abort();
    signal.addEventListener('abort', abort, { once: true });
    let stream: Duplex | null = null;
    let problem = 'its host does not answer';
    this.#waiting.set(session, {
      hostId,
      take: (dialled) => ((stream = dialled), abort()),
      refuse: (reason) => ((problem = reason), abort()),
    });
    try {
      const isAsked = this.#gateway.open(hostId, { ...request, session });
      if (isAsked) await sleep(this.#clock, dialBackMsMax, over.signal);
    } finally {
      this.#waiting.delete(session);
      signal.removeEventListener('abort', abort);
    }
    return stream ?? problem;
  }

  /** Whether somebody waits for this host under that name. */
  isAwaited(hostId: string, session: string): boolean {
    return this.#waiting.get(session)?.hostId === hostId;
  }

  /** The host's end of a stream that {@link isAwaited}. */
  accept(session: string, stream: Duplex): void {
    this.#open.add(stream);
    stream.once('close', () => this.#open.delete(stream));
    const waiting = this.#waiting.get(session);
    this.#waiting.delete(session);
    if (waiting === undefined) stream.destroy();
    else waiting.take(stream);
  }

  /** The host cannot open what {@link isAwaited}. */
  refuse(session: string, reason: string): void {
    this.#waiting.get(session)?.refuse(reason);
  }

  close(): void {
    for (const stream of this.#open) stream.destroy();
  }
}
