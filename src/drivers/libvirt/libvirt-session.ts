import { asDriverError, ConnectionLost } from './libvirt-error.ts';
import { events, procedures, readEvent, type Procedure } from './procedures.ts';
import { RpcConnection } from './rpc-connection.ts';
import type { DomainRef } from './rpc-types.ts';

export interface SessionOptions {
  readonly socketPath: string;
  /** Which of libvirt's drivers: `qemu:///system`; tests also use `test:///default`. */
  readonly uri: string;
  /** A libvirtd that does not let us in for so long is given up; 30 s. */
  readonly openTimeoutMs?: number;
}

const connectTimeoutMs = 10_000;
const openTimeoutMsUsual = 30_000;
const keepaliveMs = 5_000;
/** libvirtd's default for `max_client_requests`. */
const callsMax = 5;
const reconnectDelaysMs = [50, 100, 200, 500, 1_000, 2_000];

/** A call's lane: `quick` answers in milliseconds; `slow` may write a guest's whole RAM and must not hold up the rest. */
export type Lane = 'quick' | 'slow';
const deadlinesMs: Record<Lane, number> = { quick: 60_000, slow: 30 * 60_000 };

/**
 * A standing relation with libvirtd over two connections, one for each {@link Lane}. Connections are made
 * on demand and made again after libvirtd went away; while someone listens, at once and without a call.
 */
export class LibvirtSession {
  readonly #options: SessionOptions;
  readonly #lanes: Record<Lane, Promise<RpcConnection> | null> = { quick: null, slow: null };
  #listener: SessionListener | null = null;
  #connectedBefore = false;
  #retry: NodeJS.Timeout | null = null;
  #closed = false;

  constructor(options: SessionOptions) {
    this.#options = options;
  }

  /** Throws LibvirtError or ConnectionLost; a deadline missed gives up the lane's connection. */
  async call<A extends readonly unknown[], R>(lane: Lane, procedure: Procedure<A, R>, ...args: A): Promise<R> {
    const connection = await this.#connection(lane);
    const timer = setTimeout(() => connection.close(`libvirt gave no answer within ${deadlinesMs[lane] / 1000} s`), deadlinesMs[lane]);
    timer.unref();
    try {
      return await connection.call(procedure, ...args);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Like {@link call} on the quick lane, for questions: asked once more when the connection broke meanwhile. */
  async ask<A extends readonly unknown[], R>(procedure: Procedure<A, R>, ...args: A): Promise<R> {
    try {
      return await this.call('quick', procedure, ...args);
    } catch (error) {
      if (!(error instanceof ConnectionLost)) throw error;
      return await this.call('quick', procedure, ...args);
    }
  }

  /** Stays connected from now on and tells the listener what is pushed. null: connects on demand again. */
  listen(listener: SessionListener | null): void {
    this.#listener = listener;
    if (listener) this.#stayConnected(0);
    else {
      clearTimeout(this.#retry ?? undefined);
      this.#retry = null;
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.listen(null);
    for (const lane of Object.values(this.#lanes)) {
      const connection = await lane?.catch(() => null);
      await connection?.call(procedures.connectClose).catch(() => {});
      connection?.close('closed');
    }
  }

  #connection(lane: Lane): Promise<RpcConnection> {
    if (this.#closed) return Promise.reject(new ConnectionLost('the driver is closed'));
    const known = this.#lanes[lane];
    if (known !== null) return known;
    // Only itself: another one may have taken the place meanwhile.
    const forget = (): void => {
      if (this.#lanes[lane] === fresh) this.#lanes[lane] = null;
    };
    const fresh = this.#connect(lane, forget);
    this.#lanes[lane] = fresh;
    fresh.catch(forget);
    return fresh;
  }

  async #connect(lane: Lane, forget: () => void): Promise<RpcConnection> {
    const connection = await RpcConnection.open(
      { socketPath: this.#options.socketPath, connectTimeoutMs, callsMax, keepaliveMs },
      (number, reader) => {
        const domain = readEvent(number, reader);
        if (domain) this.#listener?.changed(domain);
      },
    );
    connection.onEnd(() => {
      forget();
      if (lane === 'quick' && this.#listener) this.#stayConnected(0);
    });
    const open = async (): Promise<void> => {
      const logIns = await connection.call(procedures.authList);
      if (logIns.some((logIn) => logIn !== 0)) throw asDriverError('use libvirt', new Error('its socket wants a log-in; run as root'));
      await connection.call(procedures.connectOpen, this.#options.uri);
      if (lane === 'quick') await Promise.all(Object.values(events).map((event) => connection.call(procedures.eventRegister, event.id)));
    };
    // One whose workers all hang still answers pings.
    const { openTimeoutMs = openTimeoutMsUsual } = this.#options;
    const timer = setTimeout(() => connection.close(`libvirt did not open a connection within ${openTimeoutMs} ms`), openTimeoutMs);
    try {
      await open();
    } catch (error) {
      connection.close('the connection could not be set up');
      throw error;
    } finally {
      clearTimeout(timer);
    }
    if (lane === 'quick') {
      if (this.#connectedBefore) this.#listener?.reconnected();
      this.#connectedBefore = true;
    }
    return connection;
  }

  #stayConnected(attempt: number): void {
    if (this.#closed || this.#retry) return;
    const delayMs = attempt === 0 ? 0 : reconnectDelaysMs[Math.min(attempt, reconnectDelaysMs.length) - 1]!;
    this.#retry = setTimeout(() => {
      this.#retry = null;
      this.#connection('quick').catch(() => {
        if (this.#listener) this.#stayConnected(attempt + 1);
      });
    }, delayMs);
    this.#retry.unref();
  }
}

export interface SessionListener {
  changed(domain: DomainRef): void;
  /** Connected again after a gap: anything may have changed in it. */
  reconnected(): void;
}
