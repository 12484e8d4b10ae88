import { expect, test } from 'vitest';
import { buildRecipe, recipes } from './index.ts';

test('two recipes ship, each with what a user chooses by', () => {
  expect(recipes.map((recipe) => recipe.name)).toEqual(['tiny', 'debian-12']);
  for (const recipe of recipes) {
    expect(recipe.title).not.toBe('');
    expect(recipe.description).not.toBe('');
    expect(recipe.firmware).toContain('bios');
    expect(recipe.diskSizeBytes % 512).toBe(0);
  }
});

test('an unknown recipe is refused with the names that there are', async () => {
  await expect(buildRecipe('huge', { cacheDir: '/nowhere', workDir: '/nowhere' })).rejects.toThrow('there are tiny and debian-12');
});
