import { base64OfText } from './base64.ts';
import type { UserDataKind } from './user-data-kind.ts';

/** Several pieces of user-data in one, as cloud-init takes them. */
export interface UserDataPart {
  readonly kind: PartKind;
  /** Shown in the guest's logs, and a script's file name there; characters outside `A-Za-z0-9._-` become `-`. */
  readonly name: string;
  readonly content: string;
}

export type PartKind = Exclude<UserDataKind, 'none' | 'multipart' | 'gzip'>;

/** Source: cloud-init's documentation, "User-data formats". */
export const partMediaTypes: Readonly<Record<PartKind, string>> = {
  script: 'text/x-shellscript',
  'cloud-config': 'text/cloud-config',
  'cloud-config-archive': 'text/cloud-config-archive',
  'jinja-template': 'text/jinja2',
  include: 'text/x-include-url',
  'include-once': 'text/x-include-once-url',
  boothook: 'text/cloud-boothook',
  'part-handler': 'text/part-handler',
};

/** One multipart/mixed message (RFC 2046). Every part comes out byte for byte as it went in, and none can end another. */
export function composeMultipart(parts: readonly UserDataPart[]): string {
  const bodies = parts.map((part) => `${partHeaders(part)}\n\n${body(part.content)}`);
  const boundary = freeBoundary(bodies);
  const head = `Content-Type: multipart/mixed; boundary="${boundary}"\nMIME-Version: 1.0\n\n`;
  return `${head}${bodies.map((text) => `--${boundary}\n${text}\n`).join('')}--${boundary}--\n`;
}

function partHeaders({ kind, name, content }: UserDataPart): string {
  const encoding = isPlain(content) ? '7bit' : 'base64';
  return [
    `Content-Type: ${partMediaTypes[kind]}; charset="${isPlain(content) ? 'us-ascii' : 'utf-8'}"`,
    'MIME-Version: 1.0',
    `Content-Transfer-Encoding: ${encoding}`,
    `Content-Disposition: attachment; filename="${fileName(name)}"`,
  ].join('\n');
}

/** Readable as it is where mail rules allow (RFC 2045, 2.7); anything else as base64, which nobody on the way can misread. */
function isPlain(content: string): boolean {
  return /^[\n\t\x20-\x7e]*$/.test(content) && !/[^\n]{998}/.test(content);
}

function body(content: string): string {
  return isPlain(content) ? content : base64OfText(content).replace(/.{76}(?=.)/g, '$&\n');
}

export function fileName(name: string): string {
  const safe = name
    .replace(/[^A-Za-z0-9._-]/g, '-')
    .replace(/^\.+/, '')
    .slice(0, 64);
  return safe === '' ? 'part' : safe;
}

/** The first of a row of names that occurs in no part. */
function freeBoundary(bodies: readonly string[]): string {
  for (let number = 1; ; number++) {
    const boundary = `=_stratuslab-part-${number}_=`;
    if (!bodies.some((text) => text.includes(boundary))) return boundary;
  }
}
