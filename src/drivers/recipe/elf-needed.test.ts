import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { elfNeeded } from './elf-needed.ts';

test('a dynamic program names its libraries and its interpreter', () => {
  const { libraries, interpreter } = elfNeeded(readFileSync(process.execPath));
  expect(libraries).toContain('libc.so.6');
  expect(interpreter).toMatch(/^\/lib/);
});

test('what is no ELF file needs nothing', () => {
  expect(elfNeeded(Buffer.from('#!/bin/sh\n'))).toEqual({ libraries: [], interpreter: null });
});

test('a damaged program is read to an answer, never to a crash', () => {
  const whole = readFileSync('/bin/true').subarray(0, 4096);
  fc.assert(
    fc.property(fc.nat(1023), fc.integer({ min: 0, max: 255 }), fc.integer({ min: 64, max: 4096 }), (at, byte, length) => {
      const file = Buffer.from(whole.subarray(0, length));
      if (at >= 6 && at < file.length) file[at] = byte;
      expect(Array.isArray(elfNeeded(file).libraries)).toBe(true);
    }),
    { numRuns: 500 },
  );
});
