import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { KiB, MiB } from '../../core/units.ts';
import { errorCode } from './host-disks-refusal.ts';

const tailBytesMax = 128 * KiB;
const tailLinesMax = 1000;
const lineCharactersMax = 1000;
const partBytesMax = 4 * MiB;

/**
 * A part of the log. An offset past the end is what a reader holds after the log was rotated, so it
 * starts over at the beginning. No log yet: no data, next offset 0.
 */
export async function readConsoleLog(path: string, offset: number, maxBytes: number): Promise<{ data: Uint8Array; nextOffset: number }> {
  return await withLog<{ data: Uint8Array; nextOffset: number }>(path, { data: new Uint8Array(0), nextOffset: 0 }, async (file, sizeBytes) => {
    const from = offset < 0 ? Math.max(0, sizeBytes + offset) : offset > sizeBytes ? 0 : offset;
    const data = await readPart(file, from, Math.min(maxBytes, partBytesMax, sizeBytes - from));
    return { data, nextOffset: from + data.length };
  });
}

/** The last `lines` lines that show anything, oldest first; goes on into the log that was rotated away when one is short. */
export async function readConsoleTail(path: string, lines: number): Promise<string[]> {
  const wanted = Math.min(Math.max(0, lines), tailLinesMax);
  if (wanted === 0) return [];
  const newest = await tailOf(path);
  const all = newest.length >= wanted ? newest : [...(await tailOf(`${path}.0`)), ...newest];
  return all.slice(-wanted);
}

async function tailOf(path: string): Promise<string[]> {
  return await withLog<string[]>(path, [], async (file, sizeBytes) => {
    const from = Math.max(0, sizeBytes - tailBytesMax);
    const lines = printableLines((await readPart(file, from, sizeBytes - from)).toString('utf8'));
    // The first line of a cut text is the rest of one.
    return from > 0 && lines.length > 1 ? lines.slice(1) : lines;
  });
}

/** Text as a person would have seen it, without colours, cursor movements and other control sequences; blank lines go. */
export function printableLines(text: string): string[] {
  const plain = text
    // Sequences of ECMA-48: CSI, then strings (OSC, DCS, SOS, PM, APC) up to their end, then two-character ones.
    .replace(/(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]?/g, '')
    .replace(/\u001b[\]PX^_][^\u0007\u001b\n]*(?:\u0007|\u001b\\)?/g, '')
    .replace(/\u001b[ -/]*[0-~]?/g, '')
    .replaceAll('\t', '    ');
  return plain
    .split('\n')
    .map((line) =>
      lastWritten(line)
        // Controls, and marks that turn the direction of what follows.
        .replace(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g, '')
        .trimEnd()
        .slice(0, lineCharactersMax),
    )
    .filter((line) => line !== '');
}

/** A carriage return starts the line over: what was written last is what stays to be seen. */
function lastWritten(line: string): string {
  return line.split('\r').findLast((part) => part.trim() !== '') ?? '';
}

/** QEMU may write beside the log, so a link or a pipe in its place counts as no log. */
async function withLog<T>(path: string, none: T, read: (file: FileHandle, sizeBytes: number) => Promise<T>): Promise<T> {
  let file: FileHandle;
  try {
    file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    if (['ENOENT', 'ELOOP', 'ENXIO'].includes(errorCode(error) ?? '')) return none;
    throw error;
  }
  try {
    const seen = await file.stat();
    return seen.isFile() ? await read(file, seen.size) : none;
  } finally {
    await file.close();
  }
}

async function readPart(file: FileHandle, from: number, bytes: number): Promise<Buffer> {
  const buffer = Buffer.alloc(Math.max(0, bytes));
  let filled = 0;
  while (filled < buffer.length) {
    const { bytesRead } = await file.read(buffer, filled, buffer.length - filled, from + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}
