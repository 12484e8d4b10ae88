/** One entry of an initramfs. Names are relative, without `./`. Everything belongs to root. */
export type CpioEntry =
  | { readonly type: 'dir'; readonly name: string }
  | { readonly type: 'file'; readonly name: string; readonly data: Uint8Array; readonly executable?: boolean }
  | { readonly type: 'link'; readonly name: string; readonly target: string };

/** An archive in the kernel's `newc` form (Documentation/driver-api/early-userspace/buffer-format); same entries, same bytes. */
export function cpioArchive(entries: readonly CpioEntry[]): Buffer {
  const parts: Buffer[] = [];
  let inode = 1;
  for (const entry of entries) parts.push(...member(inode++, entry.name, modeOf(entry), dataOf(entry)));
  parts.push(...member(0, 'TRAILER!!!', 0, Buffer.alloc(0)));
  return Buffer.concat(parts);
}

function modeOf(entry: CpioEntry): number {
  if (entry.type === 'dir') return 0o040755;
  if (entry.type === 'link') return 0o120777;
  return entry.executable === true ? 0o100755 : 0o100644;
}

function dataOf(entry: CpioEntry): Uint8Array {
  if (entry.type === 'file') return entry.data;
  return Buffer.from(entry.type === 'link' ? entry.target : '');
}

function member(inode: number, name: string, mode: number, data: Uint8Array): Buffer[] {
  const nameBytes = Buffer.from(`${name}\0`);
  const fields = [inode, mode, 0, 0, 1, 0, data.length, 0, 0, 0, 0, nameBytes.length, 0];
  const header = Buffer.from(`070701${fields.map((field) => field.toString(16).padStart(8, '0')).join('')}`);
  return [header, nameBytes, padding(header.length + nameBytes.length), Buffer.from(data), padding(data.length)];
}

function padding(length: number): Buffer {
  return Buffer.alloc((4 - (length % 4)) % 4);
}
