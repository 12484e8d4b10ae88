import { join } from 'node:path';

/** Where set-up keeps what appliances are built from; a cloud takes from here what it does not have itself. */
const packagesDir = (root) => join(root, '.cache', 'packages');

/** The step that brings what the first appliance is built from, so that the rest of a first start needs no network. */
export const appliancePackages = {
  title: 'Appliance packages',

  async check({ world, root, appliances }) {
    const missing = appliances.filter((name) => !world.exists(join(packagesDir(root), `${name}.json`)));
    if (missing.length === 0) return { done: `those of ${appliances.join(', ')} are here` };
    return { todo: [], will: `fetch the packages that ${missing.join(', ')} is built from` };
  },

  async work({ world, root, appliances }) {
    const fetch = join(root, 'bin', 'fetch-recipes.ts');
    const { status } = await world.run(join(root, 'node_modules', '.bin', 'node'), [fetch, packagesDir(root), ...appliances], { cwd: root });
    // Nothing else hangs on them: a cloud that finds none fetches them when it builds the appliance.
    return status === 0 ? 'fetched' : 'not reachable now: the first start tries again';
  },
};
