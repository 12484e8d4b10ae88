import fc from 'fast-check';
import { expect, test } from 'vitest';
import { printableLines } from './host-disks-console.ts';
import { judgeDiskHeader } from './host-disks-qcow2.ts';

test('whatever bytes stand in the place of a disk header, they are read or refused, and a name never leaves them', () => {
  const start = [0x51, 0x46, 0x49, 0xfb, 0, 0, 0];
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 600 }), fc.constantFrom(2, 3, 7), fc.boolean(), (bytes, version, real) => {
      if (real) bytes.set([...start, version].slice(0, bytes.length));
      const header = judgeDiskHeader(Buffer.from(bytes));
      if ('refused' in header) {
        expect(header.refused).not.toBe('');
        return;
      }
      expect(Number.isSafeInteger(header.virtualSizeBytes)).toBe(true);
      expect((header.backing?.name ?? '').length).toBeLessThanOrEqual(bytes.length);
    }),
    { numRuns: 2000 },
  );
});

test('console lines show what a person saw: no colours, no controls, nothing that turns the writing', () => {
  const esc = '\u001b';
  expect(
    printableLines(
      `${esc}[2J${esc}[1;1H${esc}c[    0.000000] Linux\r\n\r\n` +
        ` 10 %\r 50 %\r100 %\r\n` +
        `${esc}]0;title\u0007root@first:~# ${esc}(B\u0008\u0007\n` +
        `a\u202eb\u200bc\u0000\tend\n`,
    ),
  ).toEqual(['[    0.000000] Linux', '100 %', 'root@first:~#', 'abc    end']);
});

test('whatever a guest writes, its tail is printable', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('\u001b', '[', ']', '\r', '\n', 'm', '0', ';', '\u0007', 'é', '\u009b', 'P', '\\', '\u0000') }),
      (text) => {
        for (const line of printableLines(text)) expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
      },
    ),
  );
});
