/** An IPv4 prefix as numbers: `first` is its network address, `last` its broadcast address. */
export interface Prefix {
  readonly first: number;
  readonly last: number;
  readonly length: number;
}

/** Dotted quad without leading zeros to a number in [0, 2^32); null for anything else. */
export function parseAddress(text: string): number | null {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
  if (match === null) return null;
  let value = 0;
  for (const part of match.slice(1)) {
    if (Number(part) > 255 || (part.length > 1 && part.startsWith('0'))) return null;
    value = value * 256 + Number(part);
  }
  return value;
}

export function formatAddress(value: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.');
}

/** `a.b.c.d/n`, or a bare address as its own /32. Bits beyond the length are cut off; null for anything else. */
export function parsePrefix(text: string): Prefix | null {
  const [address = '', lengthText = '32', ...rest] = text.split('/');
  const value = parseAddress(address);
  if (value === null || rest.length > 0 || !/^\d{1,2}$/.test(lengthText) || Number(lengthText) > 32) return null;
  const length = Number(lengthText);
  const size = 2 ** (32 - length);
  const first = Math.floor(value / size) * size;
  return { first, last: first + size - 1, length };
}

export function formatPrefix(prefix: Prefix): string {
  return `${formatAddress(prefix.first)}/${prefix.length}`;
}

export function overlaps(a: Prefix, b: Prefix): boolean {
  return a.first <= b.last && b.first <= a.last;
}

/** The `in-addr.arpa` zones that hold the prefix's addresses, cut at whole octets: at most 256 for a /16 or longer. */
export function reverseZones(prefix: Prefix): string[] {
  const zones: string[] = [];
  const octets = prefix.length <= 16 ? 2 : 3;
  const step = 2 ** (32 - 8 * octets);
  for (let at = Math.floor(prefix.first / step) * step; at <= prefix.last; at += step) {
    zones.push(`${formatAddress(at).split('.').slice(0, octets).reverse().join('.')}.in-addr.arpa`);
  }
  return zones;
}

/** `255.255.240.0` for a /20. */
export function netmask(prefix: Prefix): string {
  return formatAddress(2 ** 32 - 2 ** (32 - prefix.length));
}
