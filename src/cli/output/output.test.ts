import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { printable, printableLines } from './printable.ts';
import { makeStyle } from './style.ts';
import { layoutTable, renderRow } from './table.ts';
import { relativeTime } from './time.ts';
import { displayWidth, pad, truncate } from './width.ts';

const cell = fc
  .oneof(fc.string(), fc.string({ unit: 'grapheme' }), fc.constantFrom('日本語のなまえ', '🦦🦦🦦', 'e\u0301', '10.42.0.11'))
  .map(printable);
const rows = fc
  .integer({ min: 1, max: 6 })
  .chain((count) => fc.array(fc.array(cell, { minLength: count, maxLength: count }), { minLength: 1, maxLength: 8 }));

describe('a table', () => {
  test('is never wider than the terminal', () => {
    fc.assert(
      fc.property(rows, fc.integer({ min: 1, max: 200 }), (table, width) => {
        const layout = layoutTable(table[0] ?? [], table, width);
        for (const row of table) expect(displayWidth(renderRow(row, layout))).toBeLessThanOrEqual(width);
      }),
    );
  });

  test('into a pipe keeps every cell whole', () => {
    fc.assert(
      fc.property(rows, (table) => {
        const layout = layoutTable(table[0] ?? [], table, null);
        for (const row of table) expect(renderRow(row, layout)).toBe(renderRow(row, layoutTable(table[0] ?? [], table, 100_000)));
        for (const row of table) for (const text of row) expect(renderRow(row, layout)).toContain(text.trim());
      }),
    );
  });

  test('takes room from its widest column first and drops columns from the right last', () => {
    const table = [
      ['NAME', 'STATE', 'REASON'],
      ['web', 'running', 'a reason that goes on and on'],
      ['db', 'stopped', ''],
    ];
    const at = (width: number) => table.map((row) => renderRow(row, layoutTable(table[0] ?? [], table.slice(1), width)));
    expect(at(30)).toEqual(['NAME  STATE    REASON', 'web   running  a reason that …', 'db    stopped']);
    expect(at(16)).toEqual(['NAME  STATE', 'web   running', 'db    stopped']);
    expect(at(3)).toEqual(['NA…', 'web', 'db']);
  });

  test('has numbers to the right', () => {
    const table = [
      ['a', '5'],
      ['b', '1024'],
    ];
    expect(table.map((row) => renderRow(row, layoutTable(['X', 'N'], table, null)))).toEqual(['a     5', 'b  1024']);
  });
});

describe('text from the cloud', () => {
  test('cannot steer the terminal', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(printable(text)).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028-\u202e]/);
      }),
    );
    expect(printable('\u001b]0;owned\u0007')).toBe('\\e]0;owned\\x07');
    expect(printable('a\u202etxt.exe')).toBe('a\\u202etxt.exe');
    expect(printableLines('a\tb\n\u001b[2Jc')).toBe('a\tb\n\\e[2Jc');
  });

  test('that is printable already stays as it is', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(printable(printable(text))).toBe(printable(text));
      }),
    );
    expect(printable('grün 日本 🦦')).toBe('grün 日本 🦦');
  });
});

test('text is cut and filled by what it takes on a screen, not by its characters', () => {
  expect(displayWidth('日本')).toBe(4);
  expect(displayWidth('e\u0301')).toBe(1);
  expect(truncate('日本語', 4)).toBe('日…');
  expect(truncate('abc', 0)).toBe('');
  expect(pad('日', 4)).toBe('日  ');
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.nat(40), (text, width) => {
      expect(displayWidth(truncate(text, width))).toBeLessThanOrEqual(width);
    }),
  );
});

test.each([
  [0, 'just now'],
  [-999, 'just now'],
  [59_999, '59 s ago'],
  [3 * 60_000, '3 min ago'],
  [47 * 3_600_000, '47 h ago'],
  [48 * 3_600_000, '2 d ago'],
  [-20_000, 'in 20 s'],
])('%d ms after it happened a time reads %s', (ms, text) => {
  const then = '2031-05-04T12:00:00.000Z';
  expect(relativeTime(then, Date.parse(then) + ms)).toBe(text);
});

test('colours say what a state means, and nothing is coloured where nobody wants it', () => {
  expect(makeStyle(true).state('running')).toBe('\u001b[32mrunning\u001b[39m');
  expect(makeStyle(true).state('failed')).toContain('\u001b[31m');
  expect(makeStyle(true).state('creating')).toContain('\u001b[33m');
  expect(makeStyle(false).state('failed')).toBe('failed');
});
