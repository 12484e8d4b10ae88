import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readXml } from './read-xml.ts';
import { element } from './xml.ts';

/** Everything that means something in XML, and what should not be in it at all. */
const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom('<', '>', '&', '"', "'", ']]>', '-->', '<!--', '</a>', '&lt;', '&#10;', '\n', '\r', '\t', '\0', '\u2028', '\uFFFE', '\ud800'),
      fc.string({ unit: 'binary', maxLength: 5 }),
    ),
  )
  .map((parts) => parts.join(''));

/** What XML 1.0 can hold of a text. */
const holdable = (text: string): string => text.toWellFormed().replace(/[^\t\n\r\u0020-\uFFFD\u{10000}-\u{10FFFF}]/gu, '\uFFFD');

test('no text breaks out of its place: a reader finds the very same text there', () => {
  fc.assert(
    fc.property(hostile, hostile, (inAttribute, inText) => {
      const xml = element('a', {}, element('b', { c: inAttribute, d: 1 }, inText), element('e')).text;
      const read = readXml(xml);
      expect(read.children.map((child) => child.name)).toEqual(['b', 'e']);
      expect(read.children[0]!.attributes).toEqual({ c: holdable(inAttribute), d: '1' });
      expect(read.children[0]!.text).toBe(holdable(inText).trim());
    }),
    { numRuns: 1_000 },
  );
});

test('only names can be names', () => {
  for (const name of ['', 'a b', 'a>', '<a', "a'", 'a=1', '1a', 'a:b:c']) {
    expect(() => element(name)).toThrow('not an XML name');
    expect(() => element('a', { [name]: 'x' })).toThrow('not an XML name');
  }
});

test('any text at all is read or refused', () => {
  const pieces = fc.array(fc.constantFrom('<a', '<a>', '</a>', '/>', ' b="', "'", '"', '&amp;', '<!--', '-->', '<?', '?>', 'x', ' ', '<![CDATA['), {
    maxLength: 30,
  });
  fc.assert(
    fc.property(pieces, (parts) => {
      try {
        readXml(parts.join(''));
      } catch (error) {
        expect((error as Error).message).toMatch(/XML|closes nothing/);
      }
    }),
    { numRuns: 2_000 },
  );
});

test('a document nested too deep is refused', () => {
  expect(() => readXml('<a>'.repeat(100) + '</a>'.repeat(100))).toThrow('nests deeper');
});
