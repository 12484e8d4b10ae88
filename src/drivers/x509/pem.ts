import { bounds } from './bounds.ts';
import { malformed } from './refusal.ts';

/** The DER of every block with this label; a file that is DER itself is its own block. Throws Refusal `malformed`. */
export function blocksOf(bytes: Buffer, label: 'CERTIFICATE' | 'X509 CRL', what: string): Buffer[] {
  if (bytes[0] === 0x30) return [bytes];
  const blocks: Buffer[] = [];
  const text = bytes.toString('latin1');
  const begin = `-----BEGIN ${label}-----`;
  const end = `-----END ${label}-----`;
  for (let at = text.indexOf(begin); at >= 0; at = text.indexOf(begin, at)) {
    const from = at + begin.length;
    const to = text.indexOf(end, from);
    if (to < 0 || blocks.length >= bounds.certificatesPerFileMax) throw malformed(what);
    const base64 = text.slice(from, to).replaceAll(/\s+/g, '');
    if (!/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) throw malformed(what);
    blocks.push(Buffer.from(base64, 'base64'));
    at = to + end.length;
  }
  if (blocks.length === 0) throw malformed(what);
  return blocks;
}
