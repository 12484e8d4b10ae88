import { isMailAddress } from '../../core/mail-address.ts';
import { hasControlCharacters } from '../../core/schema.ts';

export interface Sender {
  /** '' without one. */
  readonly name: string;
  readonly address: string;
}

/** Of `address` or `Name <address>`; null for anything else. */
export function readSender(text: string): Sender | null {
  if (isMailAddress(text)) return { name: '', address: text };
  const [, name = '', address = ''] = /^([^<>",;:\\]{1,100}) <([^<>\s]+)>$/.exec(text) ?? [];
  return name.trim() !== '' && !hasControlCharacters(name) && isMailAddress(address) ? { name: name.trim(), address } : null;
}
