import { Buffer } from 'node:buffer';
import { createConnection } from 'node:net';

/**
 * Whether libvirtd answers a question within the time. A socket that accepts proves little: the kernel
 * takes connections while libvirtd is still starting its drivers, or hangs.
 */
export function libvirtAnswers(socketPath: string, timeoutMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection(socketPath);
    const finish = (answered: boolean) => {
      socket.destroy();
      resolve(answered);
    };
    socket.setTimeout(timeoutMs, () => finish(false));
    socket.once('error', () => finish(false));
    socket.once('close', () => finish(false));
    socket.once('connect', () => socket.write(authListCall()));
    socket.once('data', (bytes: Buffer) => finish(bytes.length >= 8 && bytes.readUInt32BE(4) === remoteProgram));
  });
}

/** Source: libvirt's remote_protocol.x; AUTH_LIST may be called before a connection is opened. */
const remoteProgram = 0x20008086;
const authList = 66;

function authListCall(): Buffer {
  const [version, call, serial, ok] = [1, 0, 1, 0];
  const words = [28, remoteProgram, version, authList, call, serial, ok];
  const message = Buffer.alloc(28);
  words.forEach((word, i) => message.writeUInt32BE(word, 4 * i));
  return message;
}
