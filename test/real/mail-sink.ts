import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { SMTPServer } from 'smtp-server';

export interface ReceivedMail {
  /** Of the envelope. */
  readonly to: readonly string[];
  readonly from: string;
  /** All of them, unfolded and decoded, names in lower case. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** Of the text, in order. */
  readonly links: readonly string[];
  readonly isEncrypted: boolean;
  readonly user: string | null;
}

export interface MailSink {
  readonly port: number;
  readonly mails: ReceivedMail[];
  /** Its certificate, which is its own issuer, PEM. */
  readonly ca: string;
  close(): Promise<void>;
}

export interface MailSinkOptions {
  readonly port?: number;
  /** On which of loopback's; its certificate is for 127.0.0.1 whichever it is. */
  readonly address?: string;
  /** `tls` from the first byte, `starttls` offered, `none` not offered. */
  readonly security?: 'tls' | 'starttls' | 'none';
  /** Who must log in; absent: nobody has to. */
  readonly user?: { readonly name: string; readonly password: string };
  /** Why a receiver is refused; null: it is not. */
  readonly refuse?: (address: string) => { readonly code: number; readonly message: string } | null;
}

/** A mail server on loopback that keeps what it is given. */
export async function startMailSink({
  port = 0,
  address = '127.0.0.1',
  security = 'none',
  user,
  refuse = () => null,
}: MailSinkOptions = {}): Promise<MailSink> {
  const mails: ReceivedMail[] = [];
  const { key, cert } = await loopbackCertificate();
  const server = new SMTPServer({
    name: 'sink',
    secure: security === 'tls',
    key,
    cert,
    disabledCommands: [...(security === 'none' ? ['STARTTLS' as const] : []), ...(user === undefined ? ['AUTH' as const] : [])],
    authOptional: user === undefined,
    disableReverseLookup: true,
    onAuth: ({ username, password }, _session, done) =>
      username === user?.name && password === user?.password
        ? done(null, { user: username })
        : done(Object.assign(new Error('wrong password'), { responseCode: 535 })),
    onRcptTo: ({ address }, _session, done) => {
      const refused = refuse(address);
      if (refused === null) done();
      else done(Object.assign(new Error(refused.message), { responseCode: refused.code }));
    },
    onData: (stream, session, done) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope;
        const envelope = { to: rcptTo.map(({ address }) => address), from: mailFrom === false ? '' : mailFrom.address };
        mails.push({
          ...envelope,
          ...readMail(Buffer.concat(chunks).toString('latin1')),
          isEncrypted: session.secure,
          user: (session.user as string | undefined) ?? null,
        });
        done();
      });
    },
  });
  // A client that ends a connection in the midst is what some tests are about.
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => server.listen(port, address, resolve));
  return {
    port: (server.server.address() as AddressInfo).port,
    mails,
    ca: cert,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

let made: Promise<{ key: string; cert: string }> | null = null;

/** Made once for each process. */
function loopbackCertificate(): Promise<{ key: string; cert: string }> {
  return (made ??= makeCertificate());
}

async function makeCertificate(): Promise<{ key: string; cert: string }> {
  const dir = await mkdtemp(join(tmpdir(), 'stratus-mail-'));
  try {
    const names = ['-subj', '/CN=sink', '-addext', 'subjectAltName=IP:127.0.0.1'];
    const kind = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'];
    await promisify(execFile)('openssl', ['req', ...kind, ...names, '-keyout', join(dir, 'key'), '-out', join(dir, 'cert')]);
    return { key: await readFile(join(dir, 'key'), 'utf8'), cert: await readFile(join(dir, 'cert'), 'utf8') };
  } finally {
    await rm(dir, { recursive: true });
  }
}

/** @param raw its bytes, one character each */
export function readMail(raw: string): Pick<ReceivedMail, 'headers' | 'subject' | 'text' | 'html' | 'links'> {
  const { headers, body } = splitPart(raw);
  const parts = leaves(headers, body);
  const text = parts.find(({ type }) => type === 'text/plain')?.content ?? '';
  const html = parts.find(({ type }) => type === 'text/html')?.content ?? '';
  return { headers, subject: header(headers, 'subject'), text, html, links: [...text.matchAll(/https?:\/\/\S+/g)].map(([link]) => link) };
}

type Headers = readonly (readonly [string, string])[];

function splitPart(raw: string): { headers: Headers; body: string } {
  const end = raw.indexOf('\r\n\r\n');
  const lines = raw
    .slice(0, end)
    .replaceAll(/\r\n[ \t]+/g, ' ')
    .split('\r\n');
  const headers = lines.map((line) => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon).toLowerCase(), decodeWords(line.slice(colon + 1).trim())] as const;
  });
  return { headers, body: raw.slice(end + 4) };
}

const header = (headers: Headers, name: string) => headers.find(([each]) => each === name)?.[1] ?? '';

function leaves(headers: Headers, body: string): { type: string; content: string }[] {
  const type = header(headers, 'content-type');
  const boundary = /boundary="?([^";]+)"?/.exec(type)?.[1];
  if (boundary === undefined) return [{ type: type.split(';')[0] ?? '', content: decodeBody(header(headers, 'content-transfer-encoding'), body) }];
  const parts = body.split(`--${boundary}`).slice(1, -1);
  return parts.flatMap((part) => {
    const { headers, body } = splitPart(part.replace(/^\r\n/, ''));
    return leaves(headers, body.replace(/\r\n$/, ''));
  });
}

function decodeBody(encoding: string, body: string): string {
  const bytes =
    encoding === 'base64'
      ? Buffer.from(body, 'base64')
      : encoding === 'quoted-printable'
        ? quotedPrintable(body.replaceAll(/=\r\n/g, ''))
        : Buffer.from(body, 'latin1');
  return bytes.toString('utf8').replaceAll('\r\n', '\n');
}

/** `=?UTF-8?Q?…?=` and `=?UTF-8?B?…?=` (RFC 2047). */
function decodeWords(text: string): string {
  const joined = text.replaceAll(/\?=\s+=\?/g, '?==?');
  return joined.replaceAll(/=\?utf-8\?([qb])\?([^?]*)\?=/gi, (_, form: string, word: string) =>
    (form.toLowerCase() === 'b' ? Buffer.from(word, 'base64') : quotedPrintable(word.replaceAll('_', ' '))).toString('utf8'),
  );
}

function quotedPrintable(text: string): Buffer {
  return Buffer.from(
    text.replaceAll(/=([0-9A-F]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  );
}
