/** A checksum as people find it: bare, with its algorithm before it, or with the file's name behind it. */
export function readChecksum(text: string): { algorithm: 'sha256' | 'sha512'; hex: string } {
  const hex = /[0-9a-fA-F]{64,128}/.exec(text.replace(/^\s*sha(256|512):/, ''))?.[0] ?? '';
  return { algorithm: hex.length === 128 ? 'sha512' : 'sha256', hex };
}
