import { createHash } from 'node:crypto';
import { Agent, type AgentOptions } from 'node:https';
import type { Duplex } from 'node:stream';
import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls';

export interface TlsAgentOptions extends AgentOptions {
  /** The one certificate that the other side may show, `sha256:` and 64 hexadecimal digits; null: one of a known authority, for its name. */
  readonly fingerprint: string | null;
}

/** The other side shows another certificate than the one that was expected of it. */
export class WrongFingerprint extends Error {
  override readonly name = 'WrongFingerprint';
  readonly expected: string;
  readonly found: string;

  constructor(expected: string, found: string) {
    super(`the certificate there is ${found}, and ${expected} is expected`);
    this.expected = expected;
    this.found = found;
  }
}

/**
 * HTTPS to a cloud that is known by the fingerprint of its certificate, like a machine by its SSH key: names, dates
 * and authorities say nothing more. Not a byte of a request is sent before the certificate was seen to be that one.
 */
export class TlsAgent extends Agent {
  readonly #fingerprint: string | null;

  constructor({ fingerprint, ...options }: TlsAgentOptions) {
    super({ ...options, maxCachedSessions: 0 });
    this.#fingerprint = fingerprint;
  }

  override createConnection(options: ConnectionOptions, callback: (error: Error | null, socket: Duplex) => void): Duplex | null | undefined {
    const fingerprint = this.#fingerprint;
    if (fingerprint === null) return super.createConnection(options, callback);
    let isDone = false;
    const finish = (error: Error | null, socket: TLSSocket) => {
      if (isDone) return;
      isDone = true;
      callback(error, socket);
    };
    const socket = connect({ ...options, rejectUnauthorized: false });
    socket.once('secureConnect', () => {
      const found = fingerprintOf(socket);
      if (found !== fingerprint) socket.destroy();
      finish(found === fingerprint ? null : new WrongFingerprint(fingerprint, found), socket);
    });
    socket.once('error', (error) => finish(error, socket));
    socket.once('close', () => finish(new Error('the connection was closed'), socket));
    return undefined;
  }
}

/** Of what a TLS server shows. */
export function fingerprintOf(socket: TLSSocket): string {
  const certificate = socket.getPeerX509Certificate();
  return certificate === undefined ? 'none' : `sha256:${createHash('sha256').update(certificate.raw).digest('hex')}`;
}

/** As people write it: with colons, capitals, or without its prefix. null for what is none. */
export function parseFingerprint(text: string): string | null {
  const digits = text
    .trim()
    .toLowerCase()
    .replace(/^sha-?256[:=]/, '')
    .replaceAll(':', '');
  return /^[0-9a-f]{64}$/.test(digits) ? `sha256:${digits}` : null;
}

export interface Shown {
  readonly fingerprint: string;
  /** In plain words, why this machine does not trust it by itself; null: it does. */
  readonly problem: string | null;
}

/** What certificate a server shows; nothing else is said to it. Rejects when none answers. */
export function lookAtCertificate(url: string, timeoutMs: number): Promise<Shown> {
  const { hostname, port } = new URL(url);
  const host = hostname.replace(/^\[|\]$/g, '');
  return new Promise((resolve, reject) => {
    const socket = connect({
      host,
      port: port === '' ? 443 : Number(port),
      rejectUnauthorized: false,
      ...(isName(host) ? { servername: host } : {}),
    });
    socket.setTimeout(timeoutMs, () => socket.destroy(new Error(`no answer within ${timeoutMs / 1_000} s`)));
    socket.once('secureConnect', () => {
      resolve({ fingerprint: fingerprintOf(socket), problem: socket.authorized ? null : String(socket.authorizationError) });
      socket.destroy();
    });
    socket.once('error', reject);
    socket.once('close', () => reject(new Error('the connection was closed')));
  });
}

function isName(host: string): boolean {
  return !/^[\d.]+$/.test(host) && !host.includes(':');
}
