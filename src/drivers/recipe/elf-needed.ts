const programHeadersMax = 128;
const dynamicEntriesMax = 4096;
const loadSegment = 1;
const dynamicSegment = 2;
const interpreterSegment = 3;
const tagNeeded = 1n;
const tagStringTable = 5n;

/**
 * What a 64-bit little-endian ELF program asks to be loaded with it: its libraries by name and its
 * interpreter's path. Empty for static programs and for anything that is not such a file.
 */
export function elfNeeded(file: Buffer): { libraries: string[]; interpreter: string | null } {
  const nothing = { libraries: [], interpreter: null };
  if (file.length < 64 || file.readUInt32BE(0) !== 0x7f454c46 || file[4] !== 2 || file[5] !== 1) return nothing;
  const tableOffset = Number(file.readBigUInt64LE(32));
  const entrySize = file.readUInt16LE(54);
  const count = Math.min(file.readUInt16LE(56), programHeadersMax);
  if (entrySize < 56 || tableOffset + entrySize * count > file.length) return nothing;

  const segments = Array.from({ length: count }, (_, i) => readSegment(file, tableOffset + i * entrySize));
  const interpreter = segments.find((segment) => segment.type === interpreterSegment);
  const dynamic = segments.find((segment) => segment.type === dynamicSegment);
  if (dynamic === undefined) return nothing;

  const needed: number[] = [];
  let strings = 0n;
  for (let i = 0; i < Math.min(dynamic.size / 16, dynamicEntriesMax); i++) {
    const at = dynamic.offset + i * 16;
    if (at + 16 > file.length) break;
    const tag = file.readBigUInt64LE(at);
    const value = file.readBigUInt64LE(at + 8);
    if (tag === tagNeeded) needed.push(Number(value));
    if (tag === tagStringTable) strings = value;
  }
  const home = segments.find((one) => one.type === loadSegment && strings >= one.address && strings < one.address + BigInt(one.size));
  if (home === undefined) return nothing;
  const stringsOffset = home.offset + Number(strings - home.address);
  return {
    libraries: needed.map((offset) => cString(file, stringsOffset + offset)),
    interpreter: interpreter === undefined ? null : cString(file, interpreter.offset),
  };
}

function readSegment(file: Buffer, at: number) {
  return {
    type: file.readUInt32LE(at),
    offset: Number(file.readBigUInt64LE(at + 8)),
    address: file.readBigUInt64LE(at + 16),
    size: Number(file.readBigUInt64LE(at + 32)),
  };
}

function cString(file: Buffer, at: number): string {
  const end = file.indexOf(0, at);
  return end < 0 || end - at > 4096 ? '' : file.toString('latin1', at, end);
}
