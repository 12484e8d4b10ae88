import { rm } from 'node:fs/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nodeClock } from '../../src/drivers/node-clock.ts';
import { GridTrust } from '../../src/drivers/x509/grid-trust.ts';
import { chainOf, makeVomsProxy } from './certificates.ts';
import { makeGridSite, settingsOf, type GridSite } from './grid-site.ts';

let site: GridSite;
let chain: Buffer[];
let door: GridTrust;

beforeAll(async () => {
  site = await makeGridSite();
  chain = await chainOf((await makeVomsProxy(site.jane, site.voms, site.trustDir, ['/testvo/Role=admin'])).file);
  door = new GridTrust(settingsOf(site, { badAttributes: 'refuse', requiredVo: 'testvo' }), nodeClock);
});
afterAll(() => rm(site.dir, { recursive: true }));

describe('a chain with attributes', () => {
  test('counts as it is', async () => {
    expect(await door.verifyChain(chain)).toMatchObject({ type: 'valid', fqans: [{ role: 'admin' }] });
  });

  test('is refused when a single byte is another', async () => {
    const change = fc.record({ which: fc.nat(1), at: fc.nat(), by: fc.integer({ min: 1, max: 255 }) });
    await fc.assert(
      fc.asyncProperty(change, async ({ which, at, by }) => {
        const bytes = Buffer.from(chain[which] as Buffer);
        const place = at % bytes.length;
        bytes[place] = (bytes[place] as number) ^ by;
        expect(await door.verifyChain(chain.with(which, bytes))).toMatchObject({ type: 'refused' });
      }),
      { numRuns: 1_500 },
    );
  });

  test('is refused when bytes are missing, doubled, put in or behind', async () => {
    const cut = fc.record({ which: fc.nat(1), from: fc.nat(), length: fc.integer({ min: 1, max: 40 }), put: fc.uint8Array({ maxLength: 40 }) });
    await fc.assert(
      fc.asyncProperty(cut, async ({ which, from, length, put }) => {
        const whole = chain[which] as Buffer;
        const at = from % whole.length;
        const bytes = Buffer.concat([whole.subarray(0, at), put, whole.subarray(at + length)]);
        fc.pre(!bytes.equals(whole));
        expect(await door.verifyChain(chain.with(which, bytes))).toMatchObject({ type: 'refused' });
        expect(await door.verifyChain(chain.with(which, Buffer.concat([whole, Buffer.from([length])])))).toMatchObject({ type: 'refused' });
        expect(await door.verifyChain(chain.with(which, whole.subarray(0, at)))).toMatchObject({ type: 'refused' });
      }),
      { numRuns: 300 },
    );
  });

  test('is refused when it is no chain at all', async () => {
    const nested = (depth: number) => {
      let bytes = Buffer.alloc(0);
      for (let level = 0; level < depth; level++) {
        const head = bytes.length < 0x80 ? [0x30, bytes.length] : [0x30, 0x82, bytes.length >> 8, bytes.length & 0xff];
        bytes = Buffer.concat([Buffer.from(head), bytes]);
      }
      return bytes;
    };
    for (const bytes of [
      Buffer.alloc(0),
      nested(10_000),
      Buffer.alloc(70_000, 0x30),
      Buffer.from('3080', 'hex'),
      Buffer.from('30847fffffff', 'hex'),
    ]) {
      expect(await door.verifyChain([bytes])).toMatchObject({ type: 'refused' });
    }
    expect(await door.verifyChain(Array<Buffer>(1_000).fill(chain[0] as Buffer))).toMatchObject({ type: 'refused', code: 'too-large' });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 5 }), async (parts) => {
        expect(await door.verifyChain(parts.map((part) => Buffer.from(part)))).toMatchObject({ type: 'refused' });
      }),
    );
  });

  test('whose certificates are swapped, repeated or left out is refused', async () => {
    const [proxy, person] = chain as [Buffer, Buffer];
    for (const other of [[person, proxy], [proxy], [proxy, proxy, person], [proxy, proxy]]) {
      const verdict = await door.verifyChain(other);
      expect(verdict.type).toBe('refused');
    }
  });
});
