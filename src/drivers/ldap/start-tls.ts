import type { Socket } from 'node:net';

/** LDAPMessage 1: ExtendedRequest 1.3.6.1.4.1.1466.20037 (RFC 4511 §4.14). */
const request = Buffer.concat([Buffer.from('301d02010177188016', 'hex'), Buffer.from('1.3.6.1.4.1.1466.20037')]);
const answerBytesMax = 4_096;

/**
 * Asks for encryption and returns when the directory agrees: the TLS handshake follows on the same socket. Done here
 * and not by ldapts, whose parser would keep bytes that somebody slipped in before the encryption and read them as if
 * they had come through it.
 */
export async function askForTls(socket: Socket): Promise<void> {
  const answer = await new Promise<Buffer>((resolve, reject) => {
    let read = Buffer.alloc(0);
    const over = (settle: () => void): void => {
      socket.off('data', onData).off('error', onError).off('close', onClose);
      socket.pause();
      settle();
    };
    const onData = (data: Buffer): void => {
      read = Buffer.concat([read, data]);
      const length = messageLength(read);
      if (length > answerBytesMax) over(() => reject(new Error('what it answers to StartTLS is no LDAP')));
      else if (read.length >= length) over(() => resolve(read));
    };
    const onError = (error: Error): void => over(() => reject(error));
    const onClose = (): void => over(() => reject(new Error('it closed the connection when asked for StartTLS')));
    socket.on('data', onData).on('error', onError).on('close', onClose);
    socket.write(request);
  });
  const code = startTlsResult(answer);
  if (code === null) throw new Error('what it answers to StartTLS is no LDAP, or something is slipped in behind it');
  if (code !== 0) throw new Error(`it refuses StartTLS (LDAP result ${code})`);
}

/** Of the message that begins here, bytes; what the head needs, as long as that is not there. */
function messageLength(bytes: Buffer): number {
  if (bytes.length < 2) return 2;
  const first = bytes.readUInt8(1);
  if (bytes.readUInt8(0) !== 0x30) return Number.POSITIVE_INFINITY;
  if (first < 0x80) return 2 + first;
  const sizeOfLength = first & 0x7f;
  if (sizeOfLength === 0 || sizeOfLength > 4) return Number.POSITIVE_INFINITY;
  return bytes.length < 2 + sizeOfLength ? 2 + sizeOfLength : 2 + sizeOfLength + bytes.readUIntBE(2, sizeOfLength);
}

/** Result code of an ExtendedResponse to message 1 that is exactly these bytes; null: it is something else. */
export function startTlsResult(bytes: Buffer): number | null {
  const outer = element(bytes, 0);
  if (outer === null || outer.tag !== 0x30 || outer.end !== bytes.length) return null;
  const id = element(bytes, outer.start);
  if (id === null || id.tag !== 0x02 || id.end - id.start !== 1 || bytes.readUInt8(id.start) !== 1) return null;
  const response = element(bytes, id.end);
  if (response === null || response.tag !== 0x78) return null;
  const result = element(bytes, response.start);
  return result === null || result.tag !== 0x0a || result.end - result.start !== 1 ? null : bytes.readUInt8(result.start);
}

function element(bytes: Buffer, at: number): { tag: number; start: number; end: number } | null {
  if (at + 2 > bytes.length) return null;
  const first = bytes.readUInt8(at + 1);
  const sizeOfLength = first < 0x80 ? 0 : first & 0x7f;
  if ((first >= 0x80 && sizeOfLength === 0) || sizeOfLength > 4) return null;
  const start = at + 2 + sizeOfLength;
  if (start > bytes.length) return null;
  const end = start + (sizeOfLength === 0 ? first : bytes.readUIntBE(at + 2, sizeOfLength));
  return end > bytes.length ? null : { tag: bytes.readUInt8(at), start, end };
}
