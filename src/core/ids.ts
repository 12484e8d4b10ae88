/** Crockford's base 32 in lower case: no i, l, o, u, so that an id survives being read aloud. */
const digits = '0123456789abcdefghjkmnpqrstvwxyz';

/** `prefix-` and the 128 bits of a UUID as 26 base-32 digits; sorts by creation time when the UUID does (v7). */
export function idFromUuid(prefix: string, uuid: string): string {
  let bits = BigInt(`0x${uuid.replaceAll('-', '')}`);
  let text = '';
  for (let i = 0; i < 26; i++) {
    text = digits[Number(bits & 31n)] + text;
    bits >>= 5n;
  }
  return `${prefix}-${text}`;
}

/** The UUID that {@link idFromUuid} came from; what libvirt and SMBIOS know an instance by. */
export function uuidFromId(id: string): string {
  let bits = 0n;
  for (const digit of id.slice(id.lastIndexOf('-') + 1)) {
    const value = digits.indexOf(digit);
    if (value < 0) throw new Error(`not an id: ${id}`);
    bits = (bits << 5n) | BigInt(value);
  }
  const hex = bits.toString(16).padStart(32, '0');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

const idForm = /^[a-z]+-[0-9a-hjkmnp-tv-z]{26}$/;

/** An id of this kind, as against a name: names never have this form. */
export function isId(prefix: string, text: string): boolean {
  return text.startsWith(`${prefix}-`) && idForm.test(text);
}

export function looksLikeId(text: string): boolean {
  return idForm.test(text);
}
