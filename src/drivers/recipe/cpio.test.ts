import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readlinkSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { cpioArchive } from './cpio.ts';

const dir = mkdtempSync(join(tmpdir(), 'cpio-'));
afterAll(() => rmSync(dir, { recursive: true }));

test('an initramfs unpacks to the folders, files and links that went in', () => {
  const archive = cpioArchive([
    { type: 'dir', name: 'bin' },
    { type: 'file', name: 'bin/program', data: Buffer.from('#!/bin/sh\n'), executable: true },
    { type: 'link', name: 'bin/sh', target: 'program' },
    { type: 'file', name: 'odd', data: Buffer.from('12345') },
  ]);
  execFileSync('cpio', ['-idm', '--quiet', '--no-preserve-owner'], { input: archive, cwd: dir });
  expect(readFileSync(join(dir, 'bin/sh'), 'utf8')).toBe('#!/bin/sh\n');
  expect(readlinkSync(join(dir, 'bin/sh'))).toBe('program');
  expect(statSync(join(dir, 'bin/program')).mode & 0o777).toBe(0o755);
  expect(readFileSync(join(dir, 'odd'), 'utf8')).toBe('12345');
});

test('every member of an initramfs begins at a multiple of four bytes', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 6 }), (files) => {
      const archive = cpioArchive(files.map((data, i) => ({ type: 'file', name: `file${'x'.repeat(i)}`, data })));
      let members = 0;
      for (let at = 0; at < archive.length; members++) {
        expect(archive.toString('latin1', at, at + 6)).toBe('070701');
        const size = Number.parseInt(archive.toString('latin1', at + 54, at + 62), 16);
        const name = Number.parseInt(archive.toString('latin1', at + 94, at + 102), 16);
        at += Math.ceil((110 + name) / 4) * 4;
        at += Math.ceil(size / 4) * 4;
      }
      expect(members).toBe(files.length + 1);
    }),
  );
});
