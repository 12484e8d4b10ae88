import { tags, type Der, type DerReader } from './der.ts';
import { malformed } from './refusal.ts';

/** Dotted. At most 64 bytes. */
export function oidOf({ tag, content }: Der, what: string): string {
  const last = content.at(-1);
  if (tag !== tags.oid || last === undefined || last >= 0x80 || content.length > 64) throw malformed(what);
  const arcs: bigint[] = [];
  let value = 0n;
  let isFirstByte = true;
  for (const byte of content) {
    if (isFirstByte && byte === 0x80) throw malformed(what);
    value = (value << 7n) | BigInt(byte & 0x7f);
    isFirstByte = byte < 0x80;
    if (!isFirstByte) continue;
    arcs.push(value);
    value = 0n;
  }
  const [head = 0n, ...tail] = arcs;
  const root = head < 80n ? head / 40n : 2n;
  return [root, head - root * 40n, ...tail].join('.');
}

/** An INTEGER as hex digits of its two's complement: what serial numbers are compared by. */
export function integerHex({ tag, content }: Der, what: string): string {
  const [first, second] = content;
  const isPadded = second !== undefined && ((first === 0 && second < 0x80) || (first === 0xff && second >= 0x80));
  if (tag !== tags.integer || first === undefined || isPadded || content.length > 64) throw malformed(what);
  return content.toString('hex');
}

/** An INTEGER from 0 to 2^31-1. */
export function smallInteger(der: Der, what: string): number {
  const value = Number.parseInt(integerHex(der, what), 16);
  if (der.content.length > 4 || (der.content[0] as number) >= 0x80) throw malformed(what);
  return value;
}

export function booleanOf({ tag, content }: Der, what: string): boolean {
  if (tag !== tags.boolean || content.length !== 1 || (content[0] !== 0 && content[0] !== 0xff)) throw malformed(what);
  return content[0] === 0xff;
}

/** The bytes of a BIT STRING that is whole bytes: a signature, a key. */
export function wholeBits({ tag, content }: Der, what: string): Buffer {
  if (tag !== tags.bitString || content[0] !== 0) throw malformed(what);
  return content.subarray(1);
}

/** The numbers of the bits that are set, of a named bit list. */
export function setBits({ tag, content }: Der, what: string): ReadonlySet<number> {
  const unused = content[0];
  if (tag !== tags.bitString || unused === undefined || unused > 7 || content.length > 5 || (content.length === 1 && unused > 0))
    throw malformed(what);
  const set = new Set<number>();
  for (let bit = 0; bit < (content.length - 1) * 8 - unused; bit++) {
    if (((content[1 + (bit >> 3)] ?? 0) & (0x80 >> (bit & 7))) !== 0) set.add(bit);
  }
  return set;
}

/** UTCTime or GeneralizedTime, to the second, in UTC, as RFC 5280 wants both. Milliseconds since 1970. */
export function timeOf(reader: DerReader, what: string): number {
  const { tag, content } = reader.next();
  const text = content.length > 15 ? '' : content.toString('latin1');
  const short = tag === tags.utcTime && /^\d{12}Z$/.test(text);
  if (!short && !(tag === tags.generalizedTime && /^\d{14}Z$/.test(text))) throw malformed(what);
  // Source: RFC 5280, 4.1.2.5.1: two digits from 50 on are of the last century.
  const full = short ? `${Number(text.slice(0, 2)) >= 50 ? '19' : '20'}${text}` : text;
  const iso = full.replace(/^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6.000Z');
  const ms = Date.parse(iso);
  // 30 February would roll over into March.
  if (Number.isNaN(ms) || new Date(ms).toISOString() !== iso) throw malformed(what);
  return ms;
}
