import { constants } from 'node:fs';
import { access, mkdir, rename, rm } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { DriverError } from '../../core/driver-error.ts';
import { PrivateApt } from './apt.ts';
import { debian12 } from './debian-12/debian-12.ts';
import { PackageCache } from './package-cache.ts';
import type { Fetched } from './package-cache.ts';
import type { BuildOptions, BuiltImage, FetchOptions, Recipe, RecipeSteps } from './recipe.ts';
import { tiny } from './tiny/tiny.ts';

export type { BuildOptions, BuiltImage, FetchOptions, Recipe, RecipeProgress } from './recipe.ts';

const all: readonly RecipeSteps[] = [tiny, debian12];

export const recipes: readonly Recipe[] = all;

/**
 * Brings everything that building the recipe needs into `cacheDir`, from the machine's own apt sources: the
 * only step that needs the outside. Finds its work done the second time. Throws DriverError.
 */
export async function fetchRecipe(name: string, options: FetchOptions): Promise<void> {
  await fetchInto(find(name), options);
}

/**
 * Builds the recipe's image as `<workDir>/<name>.qcow2`, without any network when the fetch is done (it is
 * done first otherwise). Cut off anywhere and called again, it starts clean. Throws DriverError.
 */
export async function buildRecipe(name: string, options: BuildOptions): Promise<BuiltImage> {
  const recipe = find(name);
  const signal = options.signal ?? new AbortController().signal;
  const step = (text: string, percent: number | null = null) => options.onProgress?.({ step: text, percent });
  await checkTools(recipe);
  const fetched = await fetchInto(recipe, options);
  const cache = new PackageCache(options.cacheDir);
  step('checking packages');
  await cache.verify(fetched.files, signal);

  const dir = join(options.workDir, `${name}.build`);
  const path = join(options.workDir, `${name}.qcow2`);
  await rm(dir, { recursive: true, force: true }); // what a killed build left
  await mkdir(dir, { recursive: true });
  try {
    await rename(await recipe.build({ cache, fetched, dir, step, signal }), path);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
  return { path, format: 'qcow2' };
}

async function fetchInto(recipe: RecipeSteps, options: FetchOptions): Promise<Fetched> {
  const cache = new PackageCache(options.cacheDir);
  const found = await cache.find(recipe.name, recipe.fetchKey);
  if (found !== null) return found;

  const signal = options.signal ?? new AbortController().signal;
  const step = (text: string, percent: number | null = null) => options.onProgress?.({ step: text, percent });
  const apt = new PrivateApt(join(options.cacheDir, 'apt'), signal);
  try {
    step('reading package lists');
    await apt.update();
    step('choosing packages');
    const fetched = await recipe.resolve(apt);
    step('downloading packages', 0);
    await apt.download(await cache.missing(fetched.files), join(options.cacheDir, 'debs'), (percent) => step('downloading packages', percent));
    const missing = await cache.missing(fetched.files);
    if (missing.length > 0) throw new DriverError(`apt did not bring ${missing.map((file) => file.file).join(', ')}`);
    await cache.record(recipe.name, fetched);
    return fetched;
  } catch (error) {
    if (!(error instanceof DriverError)) throw error;
    throw new DriverError(
      `fetching the packages of recipe ${recipe.name} into ${options.cacheDir}: ${error.message}. ` +
        'This step needs the apt sources of this machine to be reachable; run it again where they are.',
      { retry: error.retry, cause: error },
    );
  }
}

function find(name: string): RecipeSteps {
  const recipe = all.find((one) => one.name === name);
  if (recipe !== undefined) return recipe;
  throw new DriverError(`there is no recipe ${name}; there are ${all.map((one) => one.name).join(' and ')}`, { retry: 'never' });
}

async function checkTools(recipe: RecipeSteps): Promise<void> {
  if (recipe.needsRoot && process.getuid?.() !== 0) {
    throw new DriverError(`building ${recipe.name} needs root`, { retry: 'never' });
  }
  const dirs = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin'];
  for (const tool of recipe.hostTools) {
    const tries = await Promise.allSettled(dirs.map((dir) => access(join(dir, tool), constants.X_OK)));
    if (tries.some((one) => one.status === 'fulfilled')) continue;
    throw new DriverError(`building ${recipe.name} needs ${tool}, which is not installed; install ${recipe.hostPackages.join(' ')}`, {
      retry: 'never',
    });
  }
}
