/**
 * The X11 keysym that types a character; null for control characters that no key stands for.
 * Source: X11 protocol, appendix A: Latin-1 as it is, everything else of Unicode from 0x01000000.
 */
export function keysymOf(character: string): number | null {
  const code = character.codePointAt(0) ?? 0;
  if (character === '\n' || character === '\r') return 0xff0d;
  if (character === '\t') return 0xff09;
  if (code < 0x20 || (code >= 0x7f && code < 0xa0)) return null;
  return code <= 0xff ? code : 0x01000000 + code;
}
