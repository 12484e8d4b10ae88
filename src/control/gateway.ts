import { CloudError } from '../core/errors.ts';
import type { NewEvent } from '../core/event.ts';
import type { Observed, Resource } from '../core/resource.ts';
import type { ChannelRequest, DesiredEvent, HostReport } from '../ports/control-link.ts';
import { updateStatus, type ReconcileDeps } from './controller.ts';
import type { Feed } from './feed.ts';
import type { WatchEvent } from './store/store.ts';

/** How records of one kind get to hosts, and what becomes of what hosts say of them. */
export interface HostBound {
  readonly kind: string;
  /** Index whose value is the host's id; null: every host gets all of them. */
  readonly hostIndex: string | null;
  /** Id of the host that a record is for; null: for all. */
  hostOf(resource: Resource): string | null;
  extra(resource: Resource): Promise<unknown>;
  /** The new status after a host's report; the engine's part included. */
  readonly merge?: (resource: Resource, reported: Observed) => unknown;
  /** What a change of status tells besides the states. */
  notices?(before: Resource, after: Resource): readonly NewEvent[];
  /** After the status is written: a record of which nothing is left, say. */
  settle?(resource: Resource): Promise<void>;
}

export interface GatewayOptions extends ReconcileDeps {
  readonly feed: Feed;
  readonly bound: readonly HostBound[];
  /** Called with every report before its items are taken in; false: they are not, it comes too late. */
  onReport(hostId: string, report: HostReport): Promise<boolean>;
  /** No later report of the host has come meanwhile: it says again, or anew, what this one still has to say. */
  isNewest(hostId: string, report: HostReport): boolean;
}

/** The control plane's end of the agents' line: tells each host what is wanted of it, takes in what it saw. */
export class Gateway {
  readonly #options: GatewayOptions;
  /** The newest line of each host that calls. */
  readonly #lines = new Map<string, ChangeQueue>();

  constructor(options: GatewayOptions) {
    this.#options = options;
  }

  async *desired(hostId: string, signal: AbortSignal): AsyncIterable<DesiredEvent> {
    const changes = new ChangeQueue(signal);
    this.#lines.set(hostId, changes);
    // Status is our news or the host's own: only what was asked for is told, once per generation.
    const told = new Map<string, number>();
    const unsubscribe = this.#options.feed.subscribe((event) => {
      if (this.#concerns(hostId, event) && told.get(event.id) !== event.resource?.generation) changes.push(event);
    });
    try {
      for (const bound of this.#options.bound) {
        for await (const resource of this.#all(bound, hostId)) {
          told.set(resource.id, resource.generation);
          yield await this.#want(bound, resource);
        }
      }
      yield { type: 'synced' };
      for await (const change of changes) {
        if ('stream' in change) {
          yield { type: 'open', channel: change };
          continue;
        }
        const { kind, id } = change;
        // Read anew: the record may have changed since the event.
        const resource = await this.#options.store.get(kind, id);
        if (resource === null) {
          told.delete(id);
          yield { type: 'forget', kind, id };
        } else if (told.get(id) !== resource.generation) {
          told.set(id, resource.generation);
          yield await this.#want(this.#bound(kind), resource);
        }
      }
    } finally {
      unsubscribe();
      if (this.#lines.get(hostId) === changes) this.#lines.delete(hostId);
    }
  }

  /** Asks a host to dial back with a stream; false when its line is down. */
  open(hostId: string, channel: ChannelRequest): boolean {
    const line = this.#lines.get(hostId);
    line?.open(channel);
    return line !== undefined;
  }

  async report(hostId: string, report: HostReport): Promise<void> {
    if (!(await this.#options.onReport(hostId, report))) return;
    for (const item of report.items) {
      const bound = this.#options.bound.find((each) => each.kind === item.kind);
      if (bound?.merge === undefined) continue;
      const { merge } = bound;
      const updated = await updateStatus(
        this.#options,
        item.kind,
        item.id,
        (current) =>
          this.#options.isNewest(hostId, report) && speaksFor(bound, hostId, item.generation, current)
            ? merge(current, item.status as Observed)
            : null,
        hostId,
        (before, after) => bound.notices?.(before, after) ?? [],
      );
      if (updated !== null && bound.hostOf(updated) === hostId) await bound.settle?.(updated);
    }
  }

  async *#all(bound: HostBound, hostId: string): AsyncIterable<Resource> {
    let cursor: string | undefined;
    do {
      const page = await this.#options.store.list({
        kind: bound.kind,
        limit: 1_000,
        cursor,
        ...(bound.hostIndex === null ? {} : { index: { name: bound.hostIndex, value: hostId } }),
      });
      yield* page.items;
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
  }

  async #want(bound: HostBound, resource: Resource): Promise<DesiredEvent> {
    return { type: 'want', kind: bound.kind, record: resource, extra: await bound.extra(resource) };
  }

  #concerns(hostId: string, event: WatchEvent): boolean {
    const bound = this.#options.bound.find((each) => each.kind === event.kind);
    if (bound === undefined) return false;
    if (event.resource === null) return true;
    const host = bound.hostOf(event.resource);
    return host === null || host === hostId;
  }

  #bound(kind: string): HostBound {
    const bound = this.#options.bound.find((each) => each.kind === kind);
    if (bound === undefined) throw new CloudError('NOT_FOUND', { kind, ref: '', place: '' });
    return bound;
  }
}

/** A host speaks only for what is placed on it, not of a future that we do not know, and not of a past that it has left. */
function speaksFor(bound: HostBound, hostId: string, generation: number, current: Resource): boolean {
  return bound.hostOf(current) === hostId && generation <= current.generation && generation >= (current.status as Observed).observedGeneration;
}

/** What one host still has to be told; several changes of one record are told as one. */
class ChangeQueue implements AsyncIterable<WatchEvent | ChannelRequest> {
  readonly #pending = new Map<string, WatchEvent | ChannelRequest>();
  readonly #signal: AbortSignal;
  #wake: () => void = () => undefined;

  constructor(signal: AbortSignal) {
    this.#signal = signal;
    signal.addEventListener('abort', () => this.#wake(), { once: true });
  }

  push(event: WatchEvent): void {
    this.#pending.set(`${event.kind}/${event.id}`, event);
    this.#wake();
  }

  open(channel: ChannelRequest): void {
    this.#pending.set(`open/${channel.session}`, channel);
    this.#wake();
  }

  async *[Symbol.asyncIterator](): AsyncIterator<WatchEvent | ChannelRequest> {
    while (!this.#signal.aborted) {
      const next = this.#pending.entries().next();
      if (next.done === true) {
        await new Promise<void>((resolve) => (this.#wake = resolve));
        continue;
      }
      const [key, event] = next.value;
      this.#pending.delete(key);
      yield event;
    }
  }
}
