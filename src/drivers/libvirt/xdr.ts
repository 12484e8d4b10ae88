/**
 * XDR (RFC 4506) as libvirt's protocol uses it. The reader trusts nothing: every length is checked
 * against a limit and against what is left of the message before anything is allocated.
 */
export class XdrError extends Error {
  override readonly name = 'XdrError';
}

/** libvirt's own limit for one string, bytes. */
export const stringBytesMax = 4 * 1024 * 1024;

export class XdrWriter {
  #buffer = Buffer.alloc(512);
  #length = 0;

  int(value: number): void {
    const at = this.#reserve(4); // first: it may replace the buffer
    this.#buffer.writeInt32BE(value, at);
  }

  uint(value: number): void {
    const at = this.#reserve(4);
    this.#buffer.writeUInt32BE(value, at);
  }

  /** @param value 0 to 2^53 */
  uhyper(value: number): void {
    const at = this.#reserve(8);
    this.#buffer.writeBigUInt64BE(BigInt(value), at);
  }

  /** Fixed-length bytes, padded to a multiple of 4. */
  opaque(bytes: Uint8Array): void {
    const at = this.#reserve(padded(bytes.length));
    this.#buffer.set(bytes, at);
    this.#buffer.fill(0, at + bytes.length, this.#length);
  }

  string(text: string): void {
    const bytes = Buffer.from(text, 'utf8');
    if (bytes.length > stringBytesMax) throw new XdrError(`a string of ${bytes.length} bytes is too long`);
    this.uint(bytes.length);
    this.opaque(bytes);
  }

  optionalString(text: string | null): void {
    this.uint(text === null ? 0 : 1);
    if (text !== null) this.string(text);
  }

  /** A view of what was written so far. */
  bytes(): Buffer {
    return this.#buffer.subarray(0, this.#length);
  }

  #reserve(bytes: number): number {
    const at = this.#length;
    this.#length += bytes;
    if (this.#length > this.#buffer.length) {
      const larger = Buffer.alloc(Math.max(this.#length, this.#buffer.length * 2));
      this.#buffer.copy(larger, 0, 0, at);
      this.#buffer = larger;
    }
    return at;
  }
}

export class XdrReader {
  readonly #buffer: Buffer;
  #offset = 0;

  constructor(bytes: Buffer) {
    this.#buffer = bytes;
  }

  get remaining(): number {
    return this.#buffer.length - this.#offset;
  }

  int(): number {
    return this.#buffer.readInt32BE(this.#take(4));
  }

  uint(): number {
    return this.#buffer.readUInt32BE(this.#take(4));
  }

  /** 64 bits as a number: exact up to 2^53, which is 104 days of CPU time in ns; rounded beyond. */
  hyper(): number {
    return Number(this.#buffer.readBigInt64BE(this.#take(8)));
  }

  uhyper(): number {
    return Number(this.#buffer.readBigUInt64BE(this.#take(8)));
  }

  double(): number {
    return this.#buffer.readDoubleBE(this.#take(8));
  }

  opaque(length: number): Buffer {
    const at = this.#take(padded(length));
    return this.#buffer.subarray(at, at + length);
  }

  string(): string {
    const length = this.uint();
    if (length > stringBytesMax) throw new XdrError(`a string claims ${length} bytes`);
    return this.opaque(length).toString('utf8');
  }

  optional<T>(read: () => T): T | null {
    const present = this.uint();
    if (present > 1) throw new XdrError(`an optional value's mark is ${present}`);
    return present === 1 ? read() : null;
  }

  /** @param itemBytesMin what one item takes at the least; bounds the claimed count by what is there */
  array<T>(countMax: number, itemBytesMin: number, read: () => T): T[] {
    const count = this.uint();
    if (count > countMax || count * itemBytesMin > this.remaining) throw new XdrError(`an array claims ${count} items`);
    return Array.from({ length: count }, read);
  }

  #take(bytes: number): number {
    if (bytes > this.remaining) throw new XdrError(`the message ends ${bytes - this.remaining} bytes early`);
    const at = this.#offset;
    this.#offset += bytes;
    return at;
  }
}

function padded(bytes: number): number {
  return Math.ceil(bytes / 4) * 4;
}
