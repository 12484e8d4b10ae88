import type { Server, Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { limits } from '../core/limits.ts';
import { seconds } from '../core/units.ts';

/** What a connection may take; ms where it says so. */
export interface ConnectionLimits {
  readonly connections: number;
  readonly perAddress: number;
  readonly handshakeMs: number;
  readonly headersMs: number;
  readonly requestMs: number;
  readonly idleMs: number;
  readonly stalledMs: number;
}

export const usualConnectionLimits: ConnectionLimits = {
  connections: limits.connectionsMax,
  perAddress: limits.connectionsPerAddressMax,
  handshakeMs: limits.tlsHandshakeSecondsMax * seconds,
  headersMs: limits.requestHeadersSecondsMax * seconds,
  requestMs: limits.requestSecondsMax * seconds,
  idleMs: limits.idleConnectionSecondsMax * seconds,
  stalledMs: limits.stalledReaderSecondsMax * seconds,
};

/** Of all that a server has open: it does not itself keep those that were upgraded. */
export class Connections {
  readonly #open = new Set<Socket>();
  readonly #perAddress = new Map<string, number>();

  constructor(server: Server, { connections, perAddress }: ConnectionLimits) {
    // One more is accepted by the kernel and closed by Node.
    server.maxConnections = connections;
    server.on('connection', (socket) => {
      const address = socket.remoteAddress ?? '';
      const count = (this.#perAddress.get(address) ?? 0) + 1;
      if (address !== '' && count > perAddress) return void socket.destroy();
      this.#perAddress.set(address, count);
      this.#open.add(socket);
      socket.once('close', () => {
        this.#open.delete(socket);
        const left = (this.#perAddress.get(address) ?? 1) - 1;
        if (left > 0) this.#perAddress.set(address, left);
        else this.#perAddress.delete(address);
      });
    });
  }

  get count(): number {
    return this.#open.size;
  }

  destroy(): void {
    for (const socket of this.#open) socket.destroy();
  }
}

const looksPerStall = 4;

/**
 * Cuts off who takes nothing of what is sent to him: a watch that is not read, a download that stopped. Whatever makes
 * the answer waits for its reader, so that each costs one buffer; without this it would cost that for ever.
 */
export class StalledReaders {
  readonly #watched = new Map<Socket | TLSSocket, { taken: number; looks: number }>();
  readonly #timer: NodeJS.Timeout;

  constructor(stalledMs: number) {
    this.#timer = setInterval(() => this.#look(), stalledMs / looksPerStall).unref();
  }

  watch(socket: Socket | TLSSocket): void {
    this.#watched.set(socket, { taken: 0, looks: 0 });
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    for (const [socket, seen] of this.#watched) {
      const taken = socket.bytesWritten - socket.writableLength;
      if (socket.destroyed) this.#watched.delete(socket);
      else if (socket.writableLength === 0 || taken !== seen.taken) {
        seen.looks = 0;
        seen.taken = taken;
      } else if (++seen.looks >= looksPerStall) socket.destroy();
    }
  }
}
