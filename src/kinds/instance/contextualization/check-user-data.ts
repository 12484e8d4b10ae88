import { gunzipSync } from 'node:zlib';
import { isMap, parseDocument } from 'yaml';
import { formatBytes, MiB } from '../../../core/units.ts';
import { parseMultipart, type MessagePart } from './multipart-parse.ts';
import { partMediaTypes } from './multipart.ts';
import { userDataKind, type UserDataKind, type UserDataRefusal } from './user-data-kind.ts';

const unpackedBytesMax = 1 * MiB;
/** Of a part that says one of these, cloud-init finds out by the first bytes what it is. Source: cloud-init, user_data.py. */
const typesFoundOut = ['text/plain', 'application/octet-stream', 'text/x-not-multipart'];
const typesTaken = [...Object.values(partMediaTypes), 'text/cloud-config-jsonp', 'text/upstart-job', 'application/gzip', 'application/x-gzip'];

/**
 * Whether a guest will make something of this user-data: what a mistake would otherwise show only in a
 * log of the running machine. At admission, before anything is stored; of what is in gzip the kind is told.
 */
export function checkUserData(content: Uint8Array): { readonly kind: UserDataKind } | UserDataRefusal {
  const kind = userDataKind(content);
  if (typeof kind === 'object') return kind;
  if (kind === 'gzip') return checkGzip(content);
  const refusal = kind === 'none' || kind === 'script' ? null : checkText(kind, content);
  return refusal ?? { kind };
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

function checkText(kind: UserDataKind, content: Uint8Array): UserDataRefusal | null {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(content);
  } catch {
    return { problem: 'it is not UTF-8', hint: 'Save it as UTF-8, or encode what is binary in it as base64.' };
  }
  if (kind === 'cloud-config') return checkCloudConfig(text);
  if (kind === 'multipart') return checkMessage(text);
  return null;
}

/** cloud-init reads YAML 1.1, the last of equal keys wins. An empty one is allowed: it asks for nothing. */
function checkCloudConfig(text: string): UserDataRefusal | null {
  const hint = 'Check it with `cloud-init schema -c FILE`, or with any YAML checker.';
  const document = parseDocument(text, { version: '1.1', uniqueKeys: false });
  const [error] = document.errors;
  if (error !== undefined) {
    // Only the first line: the rest quotes the user-data, which may hold secrets.
    const says = (error.message.split('\n', 1)[0] ?? '').replace(/:$/, '');
    return { problem: `its cloud-config is not YAML: ${says}`, hint };
  }
  if (document.contents === null || isMap(document.contents)) return null;
  const isEmpty = 'value' in document.contents && document.contents.value === null;
  return isEmpty
    ? null
    : { problem: 'its cloud-config is not a mapping of keys to values', hint: 'Write lines such as `packages: [htop]` below `#cloud-config`.' };
}

function checkMessage(text: string): UserDataRefusal | null {
  const parts = parseMultipart(text);
  if ('problem' in parts)
    return {
      problem: `it is a MIME message that cannot be read: ${parts.problem}`,
      hint: 'Make it with `cloud-init devel make-mime`, or with `stratus`, which takes several files of user-data.',
    };
  // A part-handler may bring any type of its own.
  const takesAny = parts.some((part) => part.mediaType === partMediaTypes['part-handler']);
  for (const [index, part] of parts.entries()) {
    const refusal = checkPart(part, takesAny);
    if (refusal !== null) return { ...refusal, problem: `in part ${index + 1}: ${refusal.problem}` };
  }
  return null;
}

function checkPart(part: MessagePart, takesAny: boolean): UserDataRefusal | null {
  const { mediaType } = part;
  if (mediaType.startsWith('multipart/')) return null;
  const content = decodedBody(part);
  if (content === null)
    return { problem: `its transfer encoding ${JSON.stringify(part.encoding)} is not known or not kept to`, hint: 'Use 7bit or base64.' };
  if (typesFoundOut.includes(mediaType)) {
    const inner = checkUserData(content);
    return 'problem' in inner ? inner : null;
  }
  if (mediaType === partMediaTypes['cloud-config']) return checkText('cloud-config', content);
  if (mediaType === partMediaTypes.script) {
    const kind = userDataKind(content);
    if (typeof kind === 'object') return kind;
    return kind === 'script' ? null : { problem: 'it is called a script, but does not begin with `#!`', hint: 'Write `#!/bin/sh`, say.' };
  }
  if (takesAny || typesTaken.includes(mediaType)) return null;
  return {
    problem: `no guest knows its type ${JSON.stringify(mediaType.slice(0, 60))}`,
    hint: `Use one of ${Object.values(partMediaTypes).join(', ')}.`,
  };
}

/** null: the encoding is unknown or broken. Quoted-printable is passed over, for nobody writes user-data so. */
export function decodedBody({ encoding, body }: MessagePart): Uint8Array | null {
  if (encoding === '7bit' || encoding === '8bit' || encoding === 'binary') return Buffer.from(body, 'utf8');
  if (encoding !== 'base64' || !/^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(body)) return null;
  return Buffer.from(body, 'base64');
}
