import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { generatedParts, withParts } from '../test/tidy/docs.ts';

/** Writes the generated parts of the manual anew: `node bin/docs.ts`. The rest of each document is left as it is. */
for (const [path, parts] of generatedParts()) {
  const file = fileURLToPath(new URL(`../${path}`, import.meta.url));
  const before = readFileSync(file, 'utf8');
  const after = withParts(before, parts);
  if (after === before) continue;
  writeFileSync(file, after);
  process.stdout.write(`${path}\n`);
}
