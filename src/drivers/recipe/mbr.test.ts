import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { masterBootRecord } from './mbr.ts';

test('other tools read the partitions that were written', () => {
  const dir = mkdtempSync(join(tmpdir(), 'mbr-'));
  const disk = join(dir, 'disk');
  const partitions = [
    { firstSector: 2048, sectors: 4096, type: 0xef, active: true },
    { firstSector: 6144, sectors: 8192, type: 0x83, active: false },
  ];
  writeFileSync(disk, masterBootRecord(Buffer.alloc(440, 0x90), 0x1234abcd, partitions));
  truncateSync(disk, 16 * 1024 * 1024);
  const { partitiontable: table } = JSON.parse(execFileSync('/sbin/sfdisk', ['--json', disk], { encoding: 'utf8' })) as {
    partitiontable: { id: string; partitions: Record<string, unknown>[] };
  };
  rmSync(dir, { recursive: true });
  expect(table.id).toBe('0x1234abcd');
  expect(table.partitions.map(({ start, size, type, bootable }) => ({ start, size, type, bootable }))).toEqual([
    { start: 2048, size: 4096, type: 'ef', bootable: true },
    { start: 6144, size: 8192, type: '83', bootable: undefined },
  ]);
});

test('boot code that does not fit is refused', () => {
  expect(() => masterBootRecord(Buffer.alloc(441), 0, [])).toThrow('do not fit');
});
