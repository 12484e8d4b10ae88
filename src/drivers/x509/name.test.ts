import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readName, slashKey, writtenSlashKey, type Name } from './name.ts';
import { Refusal } from './refusal.ts';

const element = (tag: number, content: Buffer) => {
  const { length } = content;
  return Buffer.concat([Buffer.from(length < 0x80 ? [tag, length] : [tag, 0x82, length >> 8, length & 0xff]), content]);
};
const types = { C: '550406', O: '55040a', OU: '55040b', CN: '550403', emailAddress: '2a864886f70d010901', odd: '2a0304' };
type Type = keyof typeof types;
const attribute = (type: Type, value: string | Buffer, tag = 0x0c) =>
  element(0x30, Buffer.concat([element(6, Buffer.from(types[type], 'hex')), element(tag, Buffer.from(value))]));
const nameOf = (...parts: Buffer[]): Name => readName(element(0x30, Buffer.concat(parts.map((part) => element(0x31, part)))), 'it');

describe('a name', () => {
  test('has the two forms that people write', () => {
    const name = nameOf(
      attribute('C', 'FR'),
      attribute('O', 'Grid, Inc.'),
      attribute('CN', ' Zoë #1 '),
      attribute('emailAddress', 'z@x.org'),
      attribute('odd', '1'),
    );
    expect(name.slash).toBe('/C=FR/O=Grid, Inc./CN= Zoë #1 /emailAddress=z@x.org/1.2.3.4=1');
    expect(name.rfc4514).toBe('1.2.3.4=1,emailAddress=z@x.org,CN=\\ Zoë #1\\ ,O=Grid\\, Inc.,C=FR');
    expect(nameOf(Buffer.concat([attribute('CN', 'a'), attribute('OU', 'b')])).slash).toBe('/CN=a+OU=b');
  });

  test('is the same in another type of string, in other letters and with more spaces', () => {
    const { key } = nameOf(attribute('O', 'The Grid'));
    expect(nameOf(attribute('O', 'the  GRID ', 0x13)).key).toBe(key);
    expect(nameOf(attribute('O', Buffer.from('The Grid', 'utf16le').swap16(), 0x1e)).key).toBe(key);
    expect(nameOf(attribute('OU', 'The Grid')).key).not.toBe(key);
    // The sign for Kelvin has the small letter k.
    expect(nameOf(attribute('O', '\u212a')).key).not.toBe(nameOf(attribute('O', 'k')).key);
  });

  test('tells whether its last part is one common name', () => {
    expect(nameOf(attribute('O', 'a'), attribute('CN', 'proxy')).lastCommonName).toBe('proxy');
    expect(nameOf(attribute('CN', 'proxy'), attribute('O', 'a')).lastCommonName).toBeNull();
    expect(nameOf(Buffer.concat([attribute('CN', 'a'), attribute('CN', 'b')])).lastCommonName).toBeNull();
    expect(nameOf().lastCommonName).toBeNull();
  });

  test('that could be read as another is refused', () => {
    for (const value of ['a/CN=b', 'a+OU=b', 'a\0b', 'a\nb', 'a/1.2.3=b']) expect(() => nameOf(attribute('O', value)), value).toThrow(Refusal);
    expect(nameOf(attribute('CN', 'host/a.example.org')).slash).toBe('/CN=host/a.example.org');
    expect(() => nameOf(attribute('O', Buffer.from([0xff]), 0x0c))).toThrow(Refusal);
    expect(() => nameOf(attribute('O', Buffer.from('é'), 0x13))).toThrow(Refusal);
    expect(() => nameOf(attribute('O', Buffer.from('d800', 'hex'), 0x1e))).toThrow(Refusal);
  });

  test('has a key that no other name has', () => {
    const parts = fc.array(fc.tuple(fc.constantFrom<Type>('O', 'OU', 'CN'), fc.string({ maxLength: 10 })), { maxLength: 4 });
    const keyOf = (list: readonly (readonly [Type, string])[]) => {
      try {
        return nameOf(...list.map(([type, value]) => attribute(type, value))).key;
      } catch {
        return null;
      }
    };
    const plain = (list: readonly (readonly [Type, string])[]) => JSON.stringify(list.map(([type, value]) => [type, slashKey(value)]));
    fc.assert(
      fc.property(parts, parts, (a, b) => {
        fc.pre(keyOf(a) !== null && keyOf(b) !== null);
        expect(keyOf(a) === keyOf(b)).toBe(plain(a) === plain(b));
      }),
    );
  });

  test('as an administrator wrote it may have old spellings; in a certificate the same letters mean themselves', () => {
    expect(writtenSlashKey('/O=Z\\xC3\\xB6/Email=A@b')).toBe(slashKey('/O=Zö/emailAddress=a@B'));
    expect(slashKey('/O=a\\x2FCN=b')).not.toBe(writtenSlashKey('/O=a\\x2FCN=b'));
  });
});
