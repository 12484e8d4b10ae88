import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Contents, disksOf, never, nobody, scratch } from './host-disks.fixture.ts';

test('a process killed in the middle of a transfer leaves what has come, and the next one goes on from there', async () => {
  const dir = scratch();
  const contents = new Contents();
  const image = contents.add(randomBytes(200_000));
  const stored = join(scratch(), 'content');
  writeFileSync(stored, contents.content(image));

  // Gives 120,000 bytes, tells so, and then nothing more until it is killed.
  const program = `
    import { readFileSync } from 'node:fs';
    import { Readable } from 'node:stream';
    import { FileHostDisks } from ${JSON.stringify(new URL('host-disks.ts', import.meta.url).href)};
    const content = readFileSync(${JSON.stringify(stored)});
    async function* pieces() {
      for (let at = 0; at < 120_000; at += 10_000) yield content.subarray(at, at + 10_000);
      console.log('half');
      await new Promise((resolve) => setTimeout(resolve, 60_000));
    }
    const disks = new FileHostDisks({ dir: ${JSON.stringify(dir)}, fetchImage: async () => Readable.from(pieces()) });
    await disks.ensureImage(${JSON.stringify(image)}, () => undefined, new AbortController().signal);
  `;
  const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  child.kill('SIGKILL');
  await once(child, 'exit');

  const disks = disksOf(contents, { dir });
  await disks.sweep();
  expect(await disks.hasImage(image.sha256)).toBe(false);
  await disks.ensureImage(image, nobody, never);
  expect(contents.fetchedFrom).toHaveLength(1);
  expect(contents.fetchedFrom[0]).toBeGreaterThanOrEqual(110_000);
  expect(readFileSync(join(dir, 'images', image.sha256)).equals(contents.content(image))).toBe(true);
});
