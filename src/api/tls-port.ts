import { constants } from 'node:crypto';
import type { RequestListener } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { Socket } from 'node:net';
import type { SecureContextOptions } from 'node:tls';
import type { ServerOptions } from 'node:http';
import type { ServerCertificate } from '../ports/certificates.ts';
import { isOwn, nameOf } from './own-names.ts';

/** Forward secrecy and authenticated encryption, whichever of the two versions it is. Source: RFC 9325. */
const ciphers = [
  ...['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256'],
  ...['ECDHE-ECDSA-AES128-GCM-SHA256', 'ECDHE-RSA-AES128-GCM-SHA256', 'ECDHE-ECDSA-AES256-GCM-SHA384', 'ECDHE-RSA-AES256-GCM-SHA384'],
  ...['ECDHE-ECDSA-CHACHA20-POLY1305', 'ECDHE-RSA-CHACHA20-POLY1305'],
].join(':');

/**
 * @param authorities PEM: whose certificates callers are asked for. Their names are told to the caller, so that a
 *   browser, which has none of theirs, asks nobody to choose one.
 */
export function secureContextOf({ certificatePem, keyPem }: ServerCertificate, authorities: readonly string[]): SecureContextOptions {
  return {
    cert: certificatePem,
    key: keyPem,
    ...(authorities.length === 0 ? {} : { ca: [...authorities] }),
    ciphers,
    minVersion: 'TLSv1.2',
    // A resumed session has only the caller's own certificate, and would outlive what was asked of it. Node keeps no
    // sessions unless it is asked to; without tickets there are none at all.
    secureOptions: constants.SSL_OP_NO_TICKET | constants.SSL_OP_NO_RENEGOTIATION,
  };
}

export interface TlsPortOptions {
  readonly certificate: ServerCertificate;
  readonly authorities: readonly string[];
  /** Callers are asked for one, in case they have one of the authorities'. */
  readonly wantsCertificates: boolean;
  readonly handshakeMs: number;
  readonly http: ServerOptions;
  readonly ownNames: () => readonly string[];
}

/** Speaks TLS, and says so to whoever does not. A certificate of the caller's is wanted, never needed: routes decide. */
export function createTlsServer(
  { certificate, authorities, wantsCertificates, handshakeMs, http, ownNames }: TlsPortOptions,
  answer: RequestListener,
): Server {
  const server = createServer(
    {
      ...http,
      ...secureContextOf(certificate, authorities),
      handshakeTimeout: handshakeMs,
      ALPNProtocols: ['http/1.1'],
      requestCert: wantsCertificates,
      // Who it is of is found out by the routes, which have the registers; the handshake proves its key.
      rejectUnauthorized: false,
    },
    answer,
  );
  server.removeAllListeners('tlsClientError');
  server.on('tlsClientError', (_error, socket) => socket.destroy());
  const secure = server.listeners('connection') as ((socket: Socket) => void)[];
  server.removeAllListeners('connection');
  server.on('connection', (socket: Socket) => {
    const timer = setTimeout(() => socket.destroy(), handshakeMs);
    socket.once('close', () => clearTimeout(timer));
    socket.on('error', () => socket.destroy());
    socket.once('data', (first: Buffer) => {
      clearTimeout(timer);
      socket.pause();
      if (first[0] !== handshakeRecord) return sayThatItIsTls(socket, first, ownNames());
      socket.unshift(first);
      for (const each of secure) each.call(server, socket);
    });
  });
  return server;
}

/** Source: RFC 8446, 5.1. */
const handshakeRecord = 22;

/** A browser that was given no scheme is sent on; everything else is told, before it sends more that it should not. */
function sayThatItIsTls(socket: Socket, first: Buffer, ownNames: readonly string[]): void {
  const text = first.subarray(0, 8_192).toString('latin1');
  const [, method = '', path = ''] = /^([A-Z]{3,10}) (\/[\x21-\x7e]*) HTTP\/1\.[01]\r\n/.exec(text) ?? [];
  const host = /\r\nhost:[ \t]*([^\r\n]+?)[ \t]*\r\n/i.exec(text)?.[1] ?? '';
  const name = nameOf(host);
  const isBrowser = ['GET', 'HEAD'].includes(method) && !path.startsWith('/v1') && name !== null && isOwn(name, ownNames);
  const body = 'This port speaks HTTPS: begin the address with https://. If a password or token was sent just now, change it.\n';
  const head = isBrowser ? `HTTP/1.1 308 Permanent Redirect\r\nlocation: https://${host}${path}` : 'HTTP/1.1 400 Bad Request';
  const headers = `content-type: text/plain; charset=utf-8\r\ncontent-length: ${Buffer.byteLength(body)}\r\ncache-control: no-store\r\nconnection: close`;
  socket.end(`${head}\r\n${headers}\r\n\r\n${method === 'HEAD' ? '' : body}`);
  socket.resume();
  socket.setTimeout(1_000, () => socket.destroy());
}
