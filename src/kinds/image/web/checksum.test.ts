import { expect, test } from 'vitest';
import { readChecksum } from './checksum.ts';

const short = 'ab'.repeat(32);
const long = 'cd'.repeat(64);

test('a checksum is taken in each way that it is written down', () => {
  expect(readChecksum(short)).toEqual({ algorithm: 'sha256', hex: short });
  expect(readChecksum(`sha512:${long}`)).toEqual({ algorithm: 'sha512', hex: long });
  expect(readChecksum(`${short}  debian-12.qcow2`)).toEqual({ algorithm: 'sha256', hex: short });
});
