import type { Duplex, Readable } from 'node:stream';
import type { MetricsQuery } from '../core/metrics.ts';

/** What the control plane wants of a host: records of kinds that live on hosts, as JSON values. */
export type DesiredEvent =
  /** `record` is the whole resource; `extra` what it needs beside (user-data, say). */
  | { readonly type: 'want'; readonly kind: string; readonly record: DesiredRecord; readonly extra: unknown }
  /** The control plane has no such record any more and has seen that nothing is left of it here. */
  | { readonly type: 'forget'; readonly kind: string; readonly id: string }
  /** Everything wanted of this host has been told; from here on come changes. */
  | { readonly type: 'synced' }
  /** Somebody waits at the control plane for a stream out of this host: dial back with {@link ControlLink.channel}. */
  | { readonly type: 'open'; readonly channel: ChannelRequest };

export interface ChannelRequest {
  /** Names the stream once; worthless afterwards. */
  readonly session: string;
  /** null: of the host itself, which has metrics alone. */
  readonly instanceId: string | null;
  /**
   * `serial`: both directions, raw. `vnc`: both directions, RFB. `log`: the serial log from an offset, then end.
   * `metrics`: part of the history as JSON, then end.
   */
  readonly stream: 'serial' | 'vnc' | 'log' | 'metrics';
  /** For `log`: byte offset, negative from the end; and how many bytes at most. */
  readonly offset?: number;
  readonly maxBytes?: number;
  readonly metrics?: MetricsQuery;
}

export interface DesiredRecord {
  readonly id: string;
  readonly generation: number;
}

export interface HostReport {
  /** Of the agent's start; a late report of an earlier run is refused. */
  readonly incarnation: string;
  /** Counts the reports of one run; one that comes after a later one is refused. Absent: not compared. */
  readonly sequence?: number;
  readonly facts: unknown;
  readonly diskFreeBytes: number;
  readonly recovery: unknown;
  readonly items: readonly { readonly kind: string; readonly id: string; readonly generation: number; readonly status: unknown }[];
}

/** An agent's line to the control plane; the agent dials, so any firewall is passed. Throws when it is cut. */
export interface ControlLink {
  /** All that is wanted of this host, then every change, until the line is cut or `signal` aborts. */
  watch(signal: AbortSignal): AsyncIterable<DesiredEvent>;
  report(report: HostReport): Promise<void>;
  /** The agent's end of a stream that the control plane asked for. */
  channel(session: string): Promise<Duplex>;
  /** Instead of {@link channel}: it cannot be opened, and why in plain words. */
  refuseChannel(session: string, reason: string): Promise<void>;
  /** Content of an image by digest, from a byte offset. */
  imageContent(sha256: string, offset: number, signal: AbortSignal): Promise<Readable>;
}
