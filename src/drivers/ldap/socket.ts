import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls, type ConnectionOptions } from 'node:tls';
import type { LdapMethod } from '../../core/ldap-method.ts';
import { MiB } from '../../core/units.ts';
import { askForTls } from './start-tls.ts';

/** Of all answers on one connection. */
const answerBytesMax = 8 * MiB;

/** A connection on which nothing but LDAP remains to be said, encrypted as the method says. `signal` cuts it at any time. */
export async function openSocket(method: LdapMethod, signal: AbortSignal): Promise<Socket> {
  const url = new URL(method.url);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const isTls = url.protocol === 'ldaps:';
  const port = url.port === '' ? (isTls ? 636 : 389) : Number(url.port);
  const tls: ConnectionOptions = {
    host,
    ...(isIP(host) === 0 ? { servername: host } : {}),
    ...(method.caCertificate === null ? {} : { ca: method.caCertificate }),
    minVersion: 'TLSv1.2',
    rejectUnauthorized: true,
  };
  const opened: Socket[] = [];
  const cut = (): void => opened.forEach((each) => each.destroy(signal.reason as Error));
  signal.addEventListener('abort', cut, { once: true });
  try {
    signal.throwIfAborted();
    let socket = track(isTls ? connectTls({ ...tls, port }) : connect({ host, port }));
    await until(socket, isTls ? 'secureConnect' : 'connect');
    if (!isTls && method.startTls) {
      await askForTls(socket);
      socket = track(connectTls({ ...tls, socket }));
      await until(socket, 'secureConnect');
    }
    bound(socket);
    socket.on('close', () => signal.removeEventListener('abort', cut));
    return socket;
  } catch (error) {
    cut();
    signal.removeEventListener('abort', cut);
    throw error;
  }

  function track(socket: Socket): Socket {
    opened.push(socket);
    // Every failure is told by the promise that waits for it; one that comes later must not end the process.
    return socket.on('error', () => undefined);
  }
}

function until(socket: Socket, event: 'connect' | 'secureConnect'): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once(event, resolve);
    socket.once('error', reject);
    socket.once('close', () => reject(new Error('the connection was closed')));
  });
}

function bound(socket: Socket): void {
  let readBytes = 0;
  socket.on('data', (data: Buffer) => {
    readBytes += data.length;
    if (readBytes > answerBytesMax) socket.destroy(new Error(`it answers with more than ${answerBytesMax / MiB} MiB`));
  });
}
