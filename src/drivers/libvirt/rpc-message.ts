import { XdrError, type XdrReader, type XdrWriter } from './xdr.ts';

/** Programs that share one connection. Source: libvirt's remote_protocol.x and virkeepaliveprotocol.x. */
export const programs = { remote: 0x20008086, keepalive: 0x6b656570 } as const;
export const programVersion = 1;

export const messageTypes = { call: 0, reply: 1, event: 2, stream: 3 } as const;
export const messageStatuses = { ok: 0, error: 1, continue: 2 } as const;

/** Source: libvirt's virnetprotocol.x. The length word counts itself. */
const lengthBytes = 4;
const headerBytes = 24;
const messageBytesMax = 16 * 1024 * 1024 + lengthBytes;

export interface RpcHeader {
  readonly program: number;
  readonly version: number;
  readonly procedure: number;
  readonly type: number;
  /** Chosen by the caller and repeated in the reply; 0 in events. */
  readonly serial: number;
  readonly status: number;
}

/** The message's bytes with its length in front. `header` and `body` write one after the other. */
export function frame(writer: XdrWriter, header: RpcHeader, body: (writer: XdrWriter) => void): Buffer {
  writer.uint(0);
  writer.uint(header.program);
  writer.uint(header.version);
  writer.int(header.procedure);
  writer.uint(header.type);
  writer.uint(header.serial);
  writer.uint(header.status);
  body(writer);
  const bytes = writer.bytes();
  bytes.writeUInt32BE(bytes.length, 0);
  return bytes;
}

export function readHeader(reader: XdrReader): RpcHeader {
  return {
    program: reader.uint(),
    version: reader.uint(),
    procedure: reader.int(),
    type: reader.uint(),
    serial: reader.uint(),
    status: reader.uint(),
  };
}

/** Cuts a byte stream into messages (without their length word). Throws XdrError on an impossible length. */
export class MessageSplitter {
  #chunks: Buffer[] = [];
  #available = 0;

  *push(chunk: Buffer): Generator<Buffer> {
    this.#chunks.push(chunk);
    this.#available += chunk.length;
    for (;;) {
      if (this.#available < lengthBytes) return;
      const total = this.#peekLength();
      if (total < lengthBytes + headerBytes || total > messageBytesMax) throw new XdrError(`a message claims ${total} bytes`);
      if (this.#available < total) return;
      const all = this.#join();
      const rest = all.subarray(total);
      this.#chunks = rest.length > 0 ? [rest] : [];
      this.#available = rest.length;
      yield all.subarray(lengthBytes, total);
    }
  }

  #peekLength(): number {
    if (this.#chunks[0]!.length < lengthBytes) this.#chunks = [this.#join()];
    return this.#chunks[0]!.readUInt32BE(0);
  }

  #join(): Buffer {
    return this.#chunks.length === 1 ? this.#chunks[0]! : Buffer.concat(this.#chunks);
  }
}
