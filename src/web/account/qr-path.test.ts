import { encode } from 'uqr';
import { expect, test } from 'vitest';
import { qrPath } from './qr-path.ts';

test('the drawing has every dark module of the code once, and no other', () => {
  const { data, size } = encode('otpauth://totp/StratusLab:ada?secret=JBSWY3DPEHPK3PXP', { border: 4 });
  const drawn = Array.from({ length: size }, () => Array.from({ length: size }, () => 0));
  for (const [, x = '', y = '', width = ''] of qrPath(data).matchAll(/M(\d+) (\d+)h(\d+)v1h-\d+z/g))
    for (let at = 0; at < Number(width); at++) (drawn[Number(y)] as number[])[Number(x) + at]! += 1;
  expect(drawn).toEqual(data.map((row) => row.map(Number)));
});
