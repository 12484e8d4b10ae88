import fc from 'fast-check';
import { expect, test } from 'vitest';
import { frame, MessageSplitter, readHeader } from './rpc-message.ts';
import { XdrError, XdrReader, XdrWriter } from './xdr.ts';

test('messages come out as they went in, however the stream is cut', () => {
  const texts = fc.array(fc.string({ maxLength: 100 }), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(texts, fc.integer({ min: 1, max: 64 }), (sent, chunkBytes) => {
      const stream = Buffer.concat(
        sent.map((text, serial) =>
          frame(new XdrWriter(), { program: 1, version: 1, procedure: 5, type: 0, serial, status: 0 }, (w) => w.string(text)),
        ),
      );
      const splitter = new MessageSplitter();
      const received: string[] = [];
      for (let at = 0; at < stream.length; at += chunkBytes) {
        for (const message of splitter.push(stream.subarray(at, at + chunkBytes))) {
          const reader = new XdrReader(message);
          expect(readHeader(reader).serial).toBe(received.length);
          received.push(reader.string());
        }
      }
      expect(received).toEqual(sent);
    }),
  );
});

test('a message that claims to be longer than libvirt sends is refused at its first four bytes', () => {
  expect(() => [...new MessageSplitter().push(Buffer.from([0x7f, 0xff, 0xff, 0xff]))]).toThrow(XdrError);
  expect(() => [...new MessageSplitter().push(Buffer.from([0, 0, 0, 4]))]).toThrow(XdrError);
});
