import { connect, type Socket } from 'node:net';
import { ConnectionLost, readLibvirtError } from './libvirt-error.ts';
import { CallSlots } from './call-slots.ts';
import { Keepalive } from './keepalive.ts';
import type { Procedure } from './procedures.ts';
import { frame, messageStatuses, messageTypes, MessageSplitter, programs, programVersion, readHeader, type RpcHeader } from './rpc-message.ts';
import { XdrReader, XdrWriter } from './xdr.ts';

export interface RpcOptions {
  readonly socketPath: string;
  readonly connectTimeoutMs: number;
  /** Calls in flight; libvirtd's own `max_client_requests` is 5, and it stops reading beyond. */
  readonly callsMax: number;
  /** While calls wait, libvirtd is asked this often whether it lives; six silences in a row end the connection. */
  readonly keepaliveMs: number;
}

interface PendingCall {
  readonly resolve: (reader: XdrReader) => void;
  readonly reject: (error: Error) => void;
}

/** One connection to libvirt's socket: calls overlap, replies are matched by serial, events are handed on. */
export class RpcConnection {
  readonly #socket: Socket;
  readonly #splitter = new MessageSplitter();
  readonly #slots: CallSlots;
  readonly #pending = new Map<number, PendingCall>();
  readonly #keepalive: Keepalive;
  readonly #onEvent: (procedure: number, reader: XdrReader) => void;
  #serial = 0;
  #ended: ConnectionLost | null = null;
  #onEnd: ((reason: ConnectionLost) => void) | null = null;

  /** Resolves when the socket is connected; nothing has been said yet. Throws ConnectionLost. */
  static async open(options: RpcOptions, onEvent: (procedure: number, reader: XdrReader) => void): Promise<RpcConnection> {
    const socket = connect({ path: options.socketPath });
    await new Promise<void>((resolve, reject) => {
      const fail = (why: string): void => {
        socket.destroy();
        reject(new ConnectionLost(`libvirt does not answer on ${options.socketPath}: ${why}`));
      };
      socket.setTimeout(options.connectTimeoutMs, () => fail(`no connection within ${options.connectTimeoutMs} ms`));
      socket.once('error', (error) => fail(error.message));
      socket.once('connect', resolve);
    });
    socket.setTimeout(0);
    socket.removeAllListeners('error');
    return new RpcConnection(socket, options, onEvent);
  }

  private constructor(socket: Socket, options: RpcOptions, onEvent: (procedure: number, reader: XdrReader) => void) {
    this.#socket = socket;
    this.#slots = new CallSlots(options.callsMax);
    this.#onEvent = onEvent;
    this.#keepalive = new Keepalive(options.keepaliveMs, {
      send: (procedure) => this.#send({ program: programs.keepalive, procedure, type: messageTypes.event, serial: 0 }, () => {}),
      dead: () => this.close('libvirt stopped answering'),
    });
    socket.on('data', (chunk) => this.#receive(chunk as Buffer));
    socket.on('error', (error) => this.close(error.message));
    socket.on('close', () => this.close('libvirt closed the connection'));
  }

  get open(): boolean {
    return this.#ended === null;
  }

  onEnd(callback: (reason: ConnectionLost) => void): void {
    if (this.#ended) callback(this.#ended);
    else this.#onEnd = callback;
  }

  /** Throws LibvirtError for a refusal, ConnectionLost when no answer will come any more. */
  async call<A extends readonly unknown[], R>(procedure: Procedure<A, R>, ...args: A): Promise<R> {
    await this.#slots.take();
    try {
      if (this.#ended) throw this.#ended;
      const serial = (this.#serial = (this.#serial + 1) >>> 0 || 1);
      const reader = await new Promise<XdrReader>((resolve, reject) => {
        this.#send({ program: programs.remote, procedure: procedure.number, type: messageTypes.call, serial }, (writer) =>
          procedure.encode(writer, ...args),
        );
        this.#pending.set(serial, { resolve, reject });
        if (this.#pending.size === 1) this.#keepalive.watch();
      });
      return procedure.decode(reader);
    } finally {
      this.#slots.release();
    }
  }

  close(reason: string): void {
    if (this.#ended) return;
    this.#ended = new ConnectionLost(reason);
    this.#keepalive.rest();
    this.#socket.destroy();
    for (const call of this.#pending.values()) call.reject(this.#ended);
    this.#pending.clear();
    this.#onEnd?.(this.#ended);
  }

  #send(header: Pick<RpcHeader, 'program' | 'procedure' | 'type' | 'serial'>, body: (writer: XdrWriter) => void): void {
    this.#socket.write(frame(new XdrWriter(), { ...header, version: programVersion, status: messageStatuses.ok }, body));
  }

  #receive(chunk: Buffer): void {
    try {
      for (const message of this.#splitter.push(chunk)) this.#handle(new XdrReader(message));
    } catch (error) {
      // After a malformed message nothing on this stream can be trusted.
      this.close(`libvirt sent what could not be read: ${(error as Error).message}`);
    }
  }

  #handle(reader: XdrReader): void {
    const header = readHeader(reader);
    this.#keepalive.heard();
    if (header.program === programs.keepalive) return this.#keepalive.receive(header.procedure);
    if (header.program !== programs.remote) return;
    if (header.type === messageTypes.event) return this.#onEvent(header.procedure, reader);
    if (header.type !== messageTypes.reply) return;
    const call = this.#pending.get(header.serial);
    if (!call) return;
    this.#pending.delete(header.serial);
    if (this.#pending.size === 0) this.#keepalive.rest();
    if (header.status === messageStatuses.error) call.reject(readLibvirtError(reader));
    else call.resolve(reader);
  }
}
