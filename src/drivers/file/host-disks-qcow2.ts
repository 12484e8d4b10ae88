import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { KiB } from '../../core/units.ts';
import { extensionTypes, parseExtensions, parseQcow2Header, qcowMagic } from './inspect/qcow2-header.ts';

/** Where the content of one of our own disks lies, as its header says. */
export interface DiskHeader {
  readonly virtualSizeBytes: number;
  /** As written in the file, and never to be followed unchecked; null: stands alone. */
  readonly backing: { readonly name: string; readonly format: string | null } | null;
}

const headBytesMax = 64 * KiB;
const backingNameBytesMax = 1023;
/** Incompatible features that change nothing about where content lies: dirty, corrupt, compression type, extended L2. */
const harmlessFeatures = 0b11011n;

/**
 * Gives the reason in words when it is not a header that we would have made; an external data file above
 * all, for that would lead QEMU to any file of the host.
 */
export function judgeDiskHeader(head: Buffer): DiskHeader | { readonly refused: string } {
  if (!head.subarray(0, 4).equals(qcowMagic)) return { refused: 'it does not begin like a qcow2 file' };
  const header = parseQcow2Header(head);
  if (header === null) return { refused: 'it is too short' };
  const { version, virtualSizeBytes, backingFileOffset: start, backingFileSizeBytes: nameBytes } = header;
  if (version !== 2 && version !== 3) return { refused: `its version is ${version}` };
  if ((header.incompatible & ~harmlessFeatures) !== 0n)
    return { refused: 'it needs features that no disk of ours has, such as an external data file' };
  if (header.cryptMethod !== 0) return { refused: 'it is encrypted' };
  if (!Number.isSafeInteger(virtualSizeBytes)) return { refused: 'its virtual size is out of range' };
  if (start === 0) return { virtualSizeBytes, backing: null };
  if (nameBytes === 0 || nameBytes > backingNameBytesMax || start + nameBytes > head.length) {
    return { refused: "its base's name lies out of range" };
  }
  // The extensions stand between the header and the name.
  const extensions = parseExtensions(head.subarray(0, start), header.headerBytes) ?? [];
  const format = extensions.find(({ type }) => type === extensionTypes.backingFormat)?.data.toString('utf8') ?? null;
  return { virtualSizeBytes, backing: { name: head.toString('utf8', start, start + nameBytes), format } };
}

/** Reads no more than the first 64 KiB; never follows a link and never waits on a pipe. */
export async function readDiskHeader(path: string): Promise<DiskHeader | { readonly refused: string }> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    if (!(await file.stat()).isFile()) return { refused: 'it is not a regular file' };
    const { buffer, bytesRead } = await file.read(Buffer.alloc(headBytesMax), 0, headBytesMax, 0);
    return judgeDiskHeader(buffer.subarray(0, bytesRead));
  } finally {
    await file.close();
  }
}
