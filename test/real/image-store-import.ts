/** One import, as a process that a test can kill: `image-store-import.ts DIR ID SOURCE-AS-JSON`. Writes progress and the result as lines. */
import { FileImageStore } from '../../src/drivers/file/image-store.ts';
import type { ImageSource } from '../../src/ports/image-store.ts';

const [dir = '', id = '', source = ''] = process.argv.slice(2);
const store = new FileImageStore({
  dir,
  allowLoopback: true,
  limits: { retryDelayMs: 1 },
  buildRecipe: () => Promise.reject(new Error('no recipes here')),
});
const stored = await store.import(
  id,
  JSON.parse(source) as ImageSource,
  (progress) => console.log(JSON.stringify(progress)),
  new AbortController().signal,
);
console.log(JSON.stringify({ stored }));
