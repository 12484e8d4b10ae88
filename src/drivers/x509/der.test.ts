import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readExtensions } from './certificate.ts';
import { DerReader, insideOf, tags } from './der.ts';
import { booleanOf, integerHex, oidOf, setBits, smallInteger, timeOf } from './der-values.ts';
import { Refusal } from './refusal.ts';

const der = (hex: string) => Buffer.from(hex.replaceAll(' ', ''), 'hex');
const read = (hex: string) => new DerReader(der(hex), 'it').next();
const refused = (run: () => unknown) => expect(run).toThrow(Refusal);

describe('DER', () => {
  test('is read element by element', () => {
    const reader = insideOf(der('30 06 02 01 05 01 01 ff'), 'it');
    expect(smallInteger(reader.next(tags.integer), 'it')).toBe(5);
    expect(reader.optional(tags.octetString)).toBeNull();
    expect(booleanOf(reader.next(), 'it')).toBe(true);
    expect(reader.isAtEnd).toBe(true);
    reader.end();
  });

  test.each([
    ['nothing', ''],
    ['no length', '30'],
    ['more length than bytes', '30 03 02 01'],
    ['the indefinite length of BER', '30 80 00 00'],
    ['a length in more bytes than it needs', '30 81 01 05'],
    ['a length with a leading zero', `30 82 00 80 ${'00'.repeat(128)}`],
    ['a length of five bytes', '30 85 00 00 00 00 01 05'],
    ['a tag of several bytes', '3f 81 01 00'],
  ])('with %s is refused', (_, hex) => refused(() => read(hex)));

  test('whatever the bytes are, they are read or refused', () => {
    const bytes = fc.uint8Array({ maxLength: 200 });
    fc.assert(
      fc.property(bytes, (some) => {
        const reader = new DerReader(Buffer.from(some), 'it');
        try {
          for (const each of reader.rest(1_000)) {
            for (const value of [oidOf, integerHex, smallInteger, booleanOf, setBits]) {
              try {
                value(each, 'it');
              } catch (error) {
                expect(error).toBeInstanceOf(Refusal);
              }
            }
          }
        } catch (error) {
          expect(error).toBeInstanceOf(Refusal);
        }
      }),
    );
  });
});

describe('values', () => {
  test('object identifiers', () => {
    expect(oidOf(read('06 03 55 04 03'), 'it')).toBe('2.5.4.3');
    expect(oidOf(read('06 0a 2b 06 01 04 01 be 45 64 64 05'), 'it')).toBe('1.3.6.1.4.1.8005.100.100.5');
    expect(oidOf(read('06 03 88 37 03'), 'it')).toBe('2.999.3');
    for (const hex of ['06 00', '06 02 55 84', '06 03 55 80 03', '02 01 05']) refused(() => oidOf(read(hex), 'it'));
  });

  test('whole numbers are written in one way only', () => {
    expect(integerHex(read('02 02 00 ff'), 'it')).toBe('00ff');
    for (const hex of ['02 00', '02 02 00 01', '02 02 ff 80']) refused(() => integerHex(read(hex), 'it'));
    for (const hex of ['02 01 ff', '02 05 01 00 00 00 00']) refused(() => smallInteger(read(hex), 'it'));
  });

  test('bits count from the left', () => {
    expect([...setBits(read('03 02 01 06'), 'it')]).toEqual([5, 6]);
    for (const hex of ['03 00', '03 01 01', '03 02 08 00', '04 01 00']) refused(() => setBits(read(hex), 'it'));
  });

  test('times are of UTC, to the second, and exist', () => {
    const time = (tag: string, text: string) =>
      timeOf(new DerReader(Buffer.concat([der(tag), Buffer.from([text.length]), Buffer.from(text)]), 'it'), 'it');
    expect(time('17', '491231235959Z')).toBe(Date.UTC(2049, 11, 31, 23, 59, 59));
    expect(time('17', '500101000000Z')).toBe(Date.UTC(1950, 0, 1));
    expect(time('18', '20500229000000Z'.replace('0229', '0228'))).toBe(Date.UTC(2050, 1, 28));
    for (const text of ['20500229000000Z', '20501301000000Z', '20500101240000Z', '20500101000000', '20500101000000+0100', '20500101000000.5Z']) {
      refused(() => time('18', text));
    }
    refused(() => time('0c', '500101000000Z'));
  });
});

test('an extension stands once', () => {
  const one = '30 09 06 03 2a 03 04 04 02 05 00';
  const critical = '30 0c 06 03 2a 03 04 01 01 ff 04 02 05 00';
  expect(readExtensions(der(one), 'it').get('1.2.3.4')).toMatchObject({ isCritical: false });
  expect(readExtensions(der(critical), 'it').get('1.2.3.4')).toMatchObject({ isCritical: true });
  refused(() => readExtensions(der(one + critical), 'it'));
});
