import { malformed } from './refusal.ts';

/** One element, as strict DER wants it. `raw` is the whole of it, `content` what is inside. Views, not copies. */
export interface Der {
  readonly tag: number;
  readonly raw: Buffer;
  readonly content: Buffer;
}

export const tags = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  enumerated: 0x0a,
  utf8: 0x0c,
  sequence: 0x30,
  set: 0x31,
  utcTime: 0x17,
  generalizedTime: 0x18,
} as const;

/** The tag of a context-specific element, primitive or constructed. */
export const context = (number: number) => 0x80 | number;
export const contextOf = (number: number) => 0xa0 | number;

/**
 * Reads the elements of one level, one after the other; only what is asked for is opened, so that depth is
 * bounded by the code that reads and never by the bytes. Throws Refusal `malformed`, nothing else.
 */
export class DerReader {
  readonly #bytes: Buffer;
  readonly #what: string;
  #at = 0;

  /** @param what what is being read, in plain words, for the refusal */
  constructor(bytes: Buffer, what: string) {
    this.#bytes = bytes;
    this.#what = what;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  /** The next element; refused when there is none, or when it has another tag than `tag`. */
  next(tag?: number): Der {
    const start = this.#at;
    const found = this.#bytes[start];
    // A tag number above 30 takes more bytes; nothing in certificates has one.
    if (found === undefined || (found & 0x1f) === 0x1f || (tag !== undefined && tag !== found)) throw malformed(this.#what);
    const { length, from } = this.#length(start + 1);
    const end = from + length;
    if (end > this.#bytes.length) throw malformed(this.#what);
    this.#at = end;
    return { tag: found, raw: this.#bytes.subarray(start, end), content: this.#bytes.subarray(from, end) };
  }

  /** The next element when it has this tag; otherwise null, and nothing is read. */
  optional(tag: number): Der | null {
    return this.#bytes[this.#at] === tag ? this.next(tag) : null;
  }

  /** The next element's own elements. */
  inside(tag: number = tags.sequence): DerReader {
    return new DerReader(this.next(tag).content, this.#what);
  }

  /** All that is left, at most `max` elements. */
  rest(max: number, tag?: number): Der[] {
    const all: Der[] = [];
    while (!this.isAtEnd) {
      if (all.length >= max) throw malformed(this.#what);
      all.push(this.next(tag));
    }
    return all;
  }

  end(): void {
    if (!this.isAtEnd) throw malformed(this.#what);
  }

  #length(at: number): { length: number; from: number } {
    const first = this.#bytes[at];
    if (first === undefined) throw malformed(this.#what);
    if (first < 0x80) return { length: first, from: at + 1 };
    const size = first & 0x7f;
    // 0x80 is the indefinite length of BER; four bytes are more than any file here may have.
    if (size === 0 || size > 4 || at + 1 + size > this.#bytes.length) throw malformed(this.#what);
    const length = this.#bytes.readUIntBE(at + 1, size);
    if (length < 0x80 || length < 2 ** (8 * (size - 1))) throw malformed(this.#what);
    return { length, from: at + 1 + size };
  }
}

/** The elements of the one element that `bytes` is, whole. */
export function insideOf(bytes: Buffer, what: string, tag: number = tags.sequence): DerReader {
  const reader = new DerReader(bytes, what);
  const inside = reader.inside(tag);
  reader.end();
  return inside;
}
