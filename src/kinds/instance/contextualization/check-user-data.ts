import { gunzipSync } from 'node:zlib';
import { formatBytes, MiB } from '../../../core/units.ts';
import { checkPlainUserData } from './check-plain.ts';
import { userDataKind, type UserDataKind, type UserDataRefusal } from './user-data-kind.ts';

const unpackedBytesMax = 1 * MiB;

/**
 * Whether a guest will make something of this user-data: what a mistake would otherwise show only in a
 * log of the running machine. At admission, before anything is stored; of what is in gzip the kind is told.
 */
export function checkUserData(content: Uint8Array): { readonly kind: UserDataKind } | UserDataRefusal {
  return checkPlainUserData(content, checkGzip);
}

function checkGzip(content: Uint8Array): { readonly kind: UserDataKind } | UserDataRefusal {
  let plain: Uint8Array;
  try {
    plain = gunzipSync(content, { maxOutputLength: unpackedBytesMax });
  } catch (error) {
    const tooLarge = (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE';
    return tooLarge
      ? { problem: `it unpacks to more than ${formatBytes(unpackedBytesMax)}`, hint: 'Let it fetch the rest from somewhere.' }
      : { problem: 'it begins like gzip, but cannot be unpacked', hint: 'Pack it again with gzip, or send it as it is.' };
  }
  const kind = userDataKind(plain);
  if (kind === 'gzip' || kind === 'none')
    return { problem: `what is packed in it is ${kind === 'none' ? 'empty' : 'packed once more'}`, hint: 'Pack the user-data once.' };
  const inner = checkUserData(plain);
  return 'problem' in inner ? { ...inner, problem: `in what is packed: ${inner.problem}` } : inner;
}
