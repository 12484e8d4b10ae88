import { isMap, parseDocument } from 'yaml';
import { parseMultipart, type MessagePart } from './multipart-parse.ts';
import { partMediaTypes } from './multipart.ts';
import { userDataKind, type UserDataKind, type UserDataRefusal } from './user-data-kind.ts';

/** Checks what stands in a part of a message, which may be packed. */
export type CheckContent = (content: Uint8Array) => { readonly kind: UserDataKind } | UserDataRefusal;

/** Of a part that says one of these, cloud-init finds out by the first bytes what it is. Source: cloud-init, user_data.py. */
const typesFoundOut = ['text/plain', 'application/octet-stream', 'text/x-not-multipart'];
const typesTaken = [...Object.values(partMediaTypes), 'text/cloud-config-jsonp', 'text/upstart-job', 'application/gzip', 'application/x-gzip'];

/**
 * User-data that is not packed: the same for the control plane and for the page's editor, so that one never takes what
 * the other refuses. What is packed in a part of a message goes to `packed`; taken unseen where absent.
 */
export function checkPlainUserData(content: Uint8Array, packed: CheckContent = () => ({ kind: 'gzip' })): ReturnType<CheckContent> {
  const kind = userDataKind(content);
  if (typeof kind === 'object') return { ...kind, line: 1 };
  if (kind === 'gzip') return packed(content);
  const refusal = kind === 'none' || kind === 'script' ? null : checkText(kind, content, packed);
  return refusal ?? { kind };
}

function checkText(kind: UserDataKind, content: Uint8Array, packed: CheckContent): UserDataRefusal | null {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(content);
  } catch {
    return { problem: 'it is not UTF-8', hint: 'Save it as UTF-8, or encode what is binary in it as base64.' };
  }
  if (kind === 'cloud-config') return checkCloudConfig(text);
  if (kind === 'multipart') return checkMessage(text, packed);
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
    const line = error.linePos?.[0].line;
    return { problem: `its cloud-config is not YAML: ${says}`, hint, ...(line === undefined ? {} : { line }) };
  }
  if (document.contents === null || isMap(document.contents)) return null;
  const isEmpty = 'value' in document.contents && document.contents.value === null;
  return isEmpty
    ? null
    : { problem: 'its cloud-config is not a mapping of keys to values', hint: 'Write lines such as `packages: [htop]` below `#cloud-config`.' };
}

function checkMessage(text: string, packed: CheckContent): UserDataRefusal | null {
  const parts = parseMultipart(text);
  if ('problem' in parts)
    return {
      problem: `it is a MIME message that cannot be read: ${parts.problem}`,
      hint: 'Make it with `cloud-init devel make-mime`, or with `stratus`, which takes several files of user-data.',
    };
  // A part-handler may bring any type of its own.
  const takesAny = parts.some((part) => part.mediaType === partMediaTypes['part-handler']);
  for (const [index, part] of parts.entries()) {
    const refusal = checkPart(part, takesAny, packed);
    // The line is one of the part's own.
    if (refusal !== null) return { hint: refusal.hint, problem: `in part ${index + 1}: ${refusal.problem}` };
  }
  return null;
}

function checkPart(part: MessagePart, takesAny: boolean, packed: CheckContent): UserDataRefusal | null {
  const { mediaType } = part;
  if (mediaType.startsWith('multipart/')) return null;
  const content = decodedBody(part);
  if (content === null)
    return { problem: `its transfer encoding ${JSON.stringify(part.encoding)} is not known or not kept to`, hint: 'Use 7bit or base64.' };
  if (typesFoundOut.includes(mediaType)) {
    const inner = checkPlainUserData(content, packed);
    return 'problem' in inner ? inner : null;
  }
  if (mediaType === partMediaTypes['cloud-config']) return checkText('cloud-config', content, packed);
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
  if (encoding === '7bit' || encoding === '8bit' || encoding === 'binary') return new TextEncoder().encode(body);
  if (encoding !== 'base64' || !/^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(body)) return null;
  return bytesOf(body);
}

/** As forgiving as mail readers are: blanks and missing or superfluous ends do not matter. */
function bytesOf(base64: string): Uint8Array {
  const digits = base64.replaceAll(/[\s=]/g, '');
  return Uint8Array.from(atob(digits.length % 4 === 1 ? digits.slice(0, -1) : digits), (character) => character.charCodeAt(0));
}
