import { constants } from 'node:fs';
import { open } from 'node:fs/promises';

/** What the header of a qcow2 file says about where its content lies. */
export interface Qcow2Header {
  readonly virtualSizeBytes: number;
  /** As written in the file, and never to be followed unchecked; null: stands alone. */
  readonly backing: { readonly name: string; readonly format: string | null } | null;
}

const headBytesMax = 64 * 1024;
const backingNameBytesMax = 1023;
const backingFormatExtension = 0xe2792aca;
/** Incompatible features that change nothing about where content lies: dirty, corrupt, compression type, extended L2. */
const harmlessFeatures = 0b11011n;

/**
 * Source: QEMU's docs/interop/qcow2.txt. Gives the reason in words when it is not a header that we
 * would have made; an external data file above all, for that would lead QEMU to any file of the host.
 */
export function parseQcow2Header(head: Uint8Array): Qcow2Header | { readonly refused: string } {
  if (head.length < 72) return { refused: 'it is too short' };
  const view = new DataView(head.buffer, head.byteOffset, head.length);
  if (view.getUint32(0) !== 0x514649fb) return { refused: 'it does not begin like a qcow2 file' };
  const version = view.getUint32(4);
  if (version !== 2 && version !== 3) return { refused: `its version is ${version}` };
  if (version === 3) {
    if (head.length < 104) return { refused: 'it is too short' };
    if ((view.getBigUint64(72) & ~harmlessFeatures) !== 0n)
      return { refused: 'it needs features that no disk of ours has, such as an external data file' };
  }
  if (view.getUint32(32) !== 0) return { refused: 'it is encrypted' };
  const virtualSize = view.getBigUint64(24);
  if (virtualSize > BigInt(Number.MAX_SAFE_INTEGER)) return { refused: 'its virtual size is out of range' };
  const virtualSizeBytes = Number(virtualSize);

  const nameOffset = view.getBigUint64(8);
  if (nameOffset === 0n) return { virtualSizeBytes, backing: null };
  const nameBytes = view.getUint32(16);
  if (nameBytes === 0 || nameBytes > backingNameBytesMax || nameOffset + BigInt(nameBytes) > BigInt(head.length)) {
    return { refused: "its base's name lies out of range" };
  }
  const start = Number(nameOffset);
  const name = decode(head.subarray(start, start + nameBytes));
  const extensionsAt = version === 3 ? view.getUint32(100) : 72;
  return { virtualSizeBytes, backing: { name, format: backingFormat(head, view, extensionsAt, start) } };
}

function backingFormat(head: Uint8Array, view: DataView, from: number, to: number): string | null {
  let at = from;
  while (at + 8 <= to) {
    const type = view.getUint32(at);
    const length = view.getUint32(at + 4);
    if (type === 0 || at + 8 + length > to) return null;
    if (type === backingFormatExtension) return decode(head.subarray(at + 8, at + 8 + length));
    at += 8 + Math.ceil(length / 8) * 8;
  }
  return null;
}

/** Reads no more than the first 64 KiB; never follows a link and never waits on a pipe. */
export async function readQcow2Header(path: string): Promise<Qcow2Header | { readonly refused: string }> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    if (!(await file.stat()).isFile()) return { refused: 'it is not a regular file' };
    const { buffer, bytesRead } = await file.read(Buffer.alloc(headBytesMax), 0, headBytesMax, 0);
    return parseQcow2Header(buffer.subarray(0, bytesRead));
  } finally {
    await file.close();
  }
}

function decode(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('utf8');
}
