/** What user-data is to cloud-init; the first bytes decide. */
export type UserDataKind =
  | 'none'
  | 'script'
  | 'cloud-config'
  | 'cloud-config-archive'
  | 'jinja-template'
  | 'include'
  | 'include-once'
  | 'boothook'
  | 'part-handler'
  | 'multipart'
  | 'gzip';

/** Why user-data would not do in a guest what its author wants. Both are for people: no full stop at the end of `problem`. */
export interface UserDataRefusal {
  readonly problem: string;
  readonly hint: string;
  /** Where it is, counted from 1, when that is known. */
  readonly line?: number;
}

const firstLineBytesMax = 512;
const headerBytesMax = 4096;

/** Source: cloud-init's documentation, "User-data formats". */
const kindByFirstWord: Readonly<Record<string, UserDataKind>> = {
  '#cloud-config': 'cloud-config',
  '#cloud-config-archive': 'cloud-config-archive',
  '#include': 'include',
  '#include-once': 'include-once',
  '#cloud-boothook': 'boothook',
  '#part-handler': 'part-handler',
};
const kindsSay = '`#!` and the path of an interpreter, `#cloud-config`, `#include`, `#cloud-boothook` or the headers of a MIME multipart message';

export function userDataKind(content: Uint8Array): UserDataKind | UserDataRefusal {
  if (content.length === 0) return 'none';
  const [first, second, third] = content;
  if (first === 0x1f && second === 0x8b) return 'gzip';
  if (first === 0xef && second === 0xbb && third === 0xbf) return refuse('it begins with a byte order mark', 'Save it as UTF-8 without BOM.');
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) return refuse('it is UTF-16', 'Save it as UTF-8 without BOM.');

  const head = latin1(content.subarray(0, headerBytesMax));
  const line = firstLine(head);
  const ending = line.endsWith('\r');
  const text = line.trimEnd();
  if (text === '') return refuse('its first line is empty', `Begin its first line with ${kindsSay}.`);
  if (line.startsWith('#!')) return scriptKind(text, ending);
  if (/^## template: *jinja$/i.test(text)) return 'jinja-template';
  if (/^(?:content-type|mime-version) *:/i.test(text)) return messageKind(head);
  const byWord = kindByFirstWord[text.split(/\s/, 1)[0] ?? ''];
  if (byWord !== undefined) return byWord;
  return refuse(`its first line says nothing that a guest understands: ${JSON.stringify(visible(text))}`, `Begin its first line with ${kindsSay}.`);
}

function scriptKind(line: string, endsWithCr: boolean): UserDataKind | UserDataRefusal {
  const interpreter = line.slice(2).trim().split(/\s/, 1)[0] ?? '';
  if (!interpreter.startsWith('/'))
    return refuse(`its first line ${JSON.stringify(visible(line))} names no interpreter by its full path`, 'Write `#!/bin/sh`, say.');
  if (endsWithCr)
    return refuse(
      'its lines end as on Windows (CR LF), and no guest finds an interpreter whose name ends with CR',
      'Save it with LF line ends, or run it through dos2unix.',
    );
  return 'script';
}

function messageKind(head: string): UserDataKind | UserDataRefusal {
  const headers = head.split(/\r?\n\r?\n/, 1)[0] ?? '';
  if (!/^mime-version *:/im.test(headers))
    return refuse('its headers lack MIME-Version, without which cloud-init ignores it', 'Add the header line `MIME-Version: 1.0`.');
  if (!/^content-type *: *multipart\//im.test(headers))
    return refuse('its headers do not say that it is a multipart message', 'Add the header line `Content-Type: multipart/mixed; boundary="…"`.');
  return 'multipart';
}

function firstLine(head: string): string {
  const end = head.indexOf('\n');
  return head.slice(0, Math.min(end < 0 ? firstLineBytesMax : end, firstLineBytesMax));
}

function latin1(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

function visible(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '?').slice(0, 60);
}

function refuse(problem: string, hint: string): UserDataRefusal {
  return { problem, hint };
}
