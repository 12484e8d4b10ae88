import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  comparableName,
  comparableNameOf,
  formatDistinguishedName,
  formatSlashForm,
  isSameName,
  nameType,
  parseDistinguishedName,
  type DistinguishedName,
} from './distinguished-name.ts';

const type = fc.constantFrom('CN', 'O', 'OU', 'C', 'DC', 'UID', 'emailAddress', '1.3.6.1.4.1.99.1', 'x-lab');
const value = fc
  .oneof(
    fc.string({ unit: 'grapheme', maxLength: 20 }),
    fc.string({ unit: fc.constantFrom(' ', '\\', ',', '+', '#', '"', '=', '/', 'é', '\n', ';', 'a') }),
  )
  .filter((text) => !text.includes('\0'));
const name: fc.Arbitrary<DistinguishedName> = fc.array(fc.array(fc.record({ type, value }), { minLength: 1, maxLength: 3 }), {
  minLength: 1,
  maxLength: 6,
});

describe('a distinguished name', () => {
  test('that is written is read back, whatever its values hold', () => {
    fc.assert(
      fc.property(name, (each) => {
        expect(parseDistinguishedName(formatDistinguishedName(each))).toEqual(each);
      }),
    );
  });

  test('has a comparable form that is a name itself, and compares to itself', () => {
    fc.assert(
      fc.property(name, (each) => {
        expect(comparableNameOf(comparableName(each))).toBe(comparableName(each));
      }),
    );
  });

  test('is the same whatever the case, the blanks around and the order within a plus', () => {
    fc.assert(
      fc.property(name, (each) => {
        const other = each.map((relative) =>
          relative.toReversed().map((part) => ({ type: part.type, value: ` ${part.value.replaceAll(' ', '  ')}` })),
        );
        expect(isSameName(each, other)).toBe(true);
      }),
    );
    expect(comparableNameOf('CN=Ada  Lovelace,O=Lab')).toBe(comparableNameOf('cn=ada lovelace, o=LAB'));
    expect(comparableNameOf('CN=Ada+UID=7')).toBe(comparableNameOf('uid=7+cn=ada'));
  });

  test('is another when a part moves, joins or is missing', () => {
    const different = ['CN=a,O=b', 'O=b,CN=a', 'CN=a+O=b', 'CN=a', 'CN=a\\,O=b', 'CN=a,O=b,C=fr'].map(comparableNameOf);
    expect(new Set(different).size).toBe(different.length);
  });

  test('reads any text without falling over', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom('C', 'N', '=', '/', ',', '+', '\\', '#', '"', '0', 'x', ' ') })),
        (text) => {
          const read = parseDistinguishedName(text);
          if (read !== null) expect(parseDistinguishedName(formatDistinguishedName(read))).toEqual(read);
        },
      ),
    );
  });
});

describe('the two forms', () => {
  test('say the same name from opposite ends', () => {
    const slash = parseDistinguishedName('/C=FR/O=GRID-FR/OU=LAL/CN=Ada Lovelace');
    expect(slash).toEqual(parseDistinguishedName('CN=Ada Lovelace,OU=LAL,O=GRID-FR,C=FR'));
    expect(slash?.[0]).toEqual([{ type: 'C', value: 'FR' }]);
    expect(formatSlashForm(slash as DistinguishedName)).toBe('/C=FR/O=GRID-FR/OU=LAL/CN=Ada Lovelace');
    expect(formatDistinguishedName(slash as DistinguishedName)).toBe('CN=Ada Lovelace,OU=LAL,O=GRID-FR,C=FR');
  });

  test('the slash form that is printed is read back, as long as no value looks like a part', () => {
    const safe = fc.array(fc.record({ type, value: value.filter((text) => !/[=\\]/.test(text)) }), { minLength: 1 });
    fc.assert(
      fc.property(safe, (parts) => {
        // A type that is not known begins no part after the first.
        const known = parts.filter((part) => part.type !== 'x-lab').map((part) => [part]);
        fc.pre(known.length > 0);
        expect(parseDistinguishedName(formatSlashForm(known))).toEqual(known);
      }),
    );
  });

  test('a slash within the name of a host or a robot is part of it', () => {
    expect(parseDistinguishedName('/DC=ch/CN=host/node1.example.org')).toEqual(parseDistinguishedName('CN=host/node1.example.org,DC=ch'));
    expect(parseDistinguishedName('/O=a/CN=http://x/y=z')).toEqual(parseDistinguishedName('CN=http://x/y\\=z,O=a'));
  });

  test('a value that imitates a part is not taken for that part', () => {
    const imitation = [[{ type: 'O', value: 'Lab' }], [{ type: 'CN', value: 'Eve/CN=Ada' }]];
    expect(formatSlashForm(imitation)).toBe('/O=Lab/CN=Eve/CN=Ada');
    expect(isSameName(imitation, parseDistinguishedName('/O=Lab/CN=Eve/CN=Ada') as DistinguishedName)).toBe(false);
  });

  test('accents are read as grid tools print them', () => {
    expect(parseDistinguishedName('/CN=Fran\\xC3\\xA7ois')).toEqual([[{ type: 'CN', value: 'François' }]]);
    expect(formatSlashForm([[{ type: 'CN', value: 'François' }]])).toBe('/CN=Fran\\xC3\\xA7ois');
    expect(parseDistinguishedName('/CN=Fran\\xC3')).toBeNull();
  });
});

describe('reading', () => {
  test.each([
    ['UID=jsmith,DC=example,DC=net', 'uid=jsmith,dc=example,dc=net'],
    ['OU=Sales+CN=J.  Smith,DC=example,DC=net', 'cn=j. smith+ou=sales,dc=example,dc=net'],
    ['CN=James \\"Jim\\" Smith\\, III,DC=net', 'cn=james \\"jim\\" smith\\, iii,dc=net'],
    ['CN=Before\\0dAfter,DC=net', 'cn=before after,dc=net'],
    ['1.3.6.1.4.1.1466.0=#04024869', '1.3.6.1.4.1.1466.0=hi'],
    ['CN=Lu\\C4\\8Di\\C4\\87', 'cn=lučić'],
    ['O="Foo, Inc." , C=US', 'o=foo\\, inc.,c=us'],
    ['OID.2.5.4.3=x', 'cn=x'],
    ['E=a@b.org', 'emailaddress=a@b.org'],
    ['/O=x/Email=A@b.org', 'emailaddress=a@b.org,o=x'],
    ['CN=\\ a\\ ', 'cn=a'],
    ['CN=', 'cn='],
  ])('%s means %s', (text, comparable) => {
    expect(comparableNameOf(text)).toBe(comparable);
  });

  test.each([
    '',
    ' ',
    'Ada',
    ',',
    'CN=a,',
    'CN=a;O=b',
    'CN=<a>',
    'CN=a\\',
    'CN=a\\zz',
    'CN="a',
    'CN=#zz',
    'CN=#0102',
    'CN=\\ff',
    '=a',
    'C N=a',
    '/',
    '/Ada',
    'CN=a\0',
    'CN=a\\00',
  ])('%j is no distinguished name', (text) => {
    expect(parseDistinguishedName(text)).toBeNull();
  });

  test('what is too long or too deep is refused', () => {
    expect(parseDistinguishedName(`CN=${'a'.repeat(4_096)}`)).toBeNull();
    expect(parseDistinguishedName(Array(65).fill('DC=a').join(','))).toBeNull();
    expect(parseDistinguishedName(Array(64).fill('DC=a').join(','))).toHaveLength(64);
    expect(parseDistinguishedName(`CN=${'\\ '.repeat(2_000)}`)).not.toBeNull();
  });

  test('a type has one name, however it is written', () => {
    expect(['cn', 'CommonName', '2.5.4.3', 'OID.2.5.4.3'].map(nameType)).toEqual(['CN', 'CN', 'CN', 'CN']);
    expect(nameType('X-Lab')).toBe('x-lab');
    expect(nameType('1..2')).toBeNull();
  });
});
