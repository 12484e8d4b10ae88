import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readDomainRef, readTypedParams, writeDomainRef, writeSizes } from './rpc-types.ts';
import { XdrError, XdrReader, XdrWriter } from './xdr.ts';

const int = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
const uint = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const text = fc.string({ unit: 'binary', maxLength: 3_000 });

test('what is written is read back, and nothing is left over', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(int, uint, text, fc.option(text), fc.uint8Array({ maxLength: 20 }))), (rows) => {
      const writer = new XdrWriter();
      for (const [i, u, s, o, bytes] of rows) {
        writer.int(i);
        writer.uint(u);
        writer.string(s);
        writer.optionalString(o);
        writer.uhyper(u * 2_000_000);
        writer.opaque(bytes);
      }
      expect(writer.bytes().length % 4).toBe(0);
      const reader = new XdrReader(writer.bytes());
      for (const [i, u, s, o, bytes] of rows) {
        expect(reader.int()).toBe(i);
        expect(reader.uint()).toBe(u);
        expect(reader.string()).toBe(s);
        expect(reader.optional(() => reader.string())).toBe(o);
        expect(reader.uhyper()).toBe(u * 2_000_000);
        expect([...reader.opaque(bytes.length)]).toEqual([...bytes]);
      }
      expect(reader.remaining).toBe(0);
    }),
  );
});

test('a domain and sizes keep their values on the way', () => {
  const writer = new XdrWriter();
  const domain = { name: 'i-0', uuid: Buffer.alloc(16, 7), id: -1 };
  writeDomainRef(writer, domain);
  writeSizes(writer, { hard_limit: Number.MAX_SAFE_INTEGER });
  const reader = new XdrReader(writer.bytes());
  expect(readDomainRef(reader)).toEqual(domain);
  expect([...readTypedParams(reader)]).toEqual([['hard_limit', Number.MAX_SAFE_INTEGER]]);
});

test('any bytes at all are read or refused, never more than there are', () => {
  const readers: ((reader: XdrReader) => unknown)[] = [
    (r) => r.string(),
    (r) => r.optional(() => r.string()),
    readDomainRef,
    readTypedParams,
    (r) => r.array(16_384, 24, () => readDomainRef(r)),
  ];
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(readers.length - 1), (bytes, which) => {
      const reader = new XdrReader(Buffer.from(bytes));
      try {
        readers[which]!(reader);
      } catch (error) {
        expect(error).toBeInstanceOf(XdrError);
      }
      expect(reader.remaining).toBeGreaterThanOrEqual(0);
    }),
    { numRuns: 2_000 },
  );
});

test('a claimed size beyond the message is refused before anything is allocated', () => {
  const huge = Buffer.from([0xff, 0xff, 0xff, 0xff]);
  expect(() => new XdrReader(huge).string()).toThrow('claims 4294967295 bytes');
  expect(() => new XdrReader(Buffer.from([0, 0, 0x40, 0])).array(16_384, 24, () => 0)).toThrow('claims 16384 items');
});
