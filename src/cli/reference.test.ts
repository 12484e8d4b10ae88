import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { exitCodes } from './exit-codes.ts';
import { cliReference } from './reference.ts';

test('the reference of the command line is up to date; otherwise run: node src/cli/reference.ts', async () => {
  const kept = readFileSync(new URL('../../docs/reference/cli.md', import.meta.url), 'utf8');
  expect(kept).toBe(await cliReference());
});

test('the manual names every exit code as the command does', () => {
  const manual = readFileSync(new URL('../../docs/using/cli.md', import.meta.url), 'utf8');
  for (const { code, says } of Object.values(exitCodes)) expect(manual).toContain(`| ${code} | ${says} |`);
});
