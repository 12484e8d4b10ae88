import { fetchRecipe } from '../src/drivers/recipe/index.ts';

/** Brings the packages that recipes are built from into a directory, so that building needs no network. */
const [cacheDir = '', ...names] = process.argv.slice(2);
for (const name of names) {
  const startedMs = performance.now();
  await fetchRecipe(name, { cacheDir });
  process.stdout.write(`  ✔ ${name}  (${((performance.now() - startedMs) / 1_000).toFixed(1)} s)\n`);
}
