import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { npmAccount } from './npm-packages.mjs';
import { SetupError } from './setup-error.mjs';

/** What the page is made from: it is built anew when any of it has changed, whatever the files' times say. */
const sources = ['src/web', 'src/kinds', 'src/core', 'package-lock.json'];
const isSource = (path) => !/\.(test|fixture|golden)\.|\.(agent|api|cli|controller)\.ts$/.test(path);

/** The step that builds dist/web. Needs no network: all of it came with the npm packages. */
export const webPage = {
  title: 'Web page',

  async check({ world, root }) {
    const hash = hashOf(world, root);
    if (world.readText(markOf(root)) === hash) return { done: 'as its sources say' };
    return { todo: [], will: 'build it', hash };
  },

  async work({ world, root }) {
    const fresh = join(root, 'dist', 'web.new');
    const args = [join(root, 'node_modules', 'vite', 'bin', 'vite.js'), 'build', '--outDir', fresh, '--emptyOutDir', '--logLevel', 'error'];
    const node = join(root, 'node_modules', '.bin', 'node');
    const as = npmAccount(world, root);
    const env = { ...(as.env ?? world.env), NO_COLOR: '1', NODE_ENV: 'production' };
    const { status, output } = await world.run(node, [...args, join(root, 'src', 'web')], { cwd: root, ...as, env });
    if (status !== 0 || !world.exists(join(fresh, 'index.html')))
      throw new SetupError(
        `Building the page failed:\n${output.trim().slice(-2_000)}`,
        'Take package.json, package-lock.json and src from one commit, then run this again.',
      );
    // Whoever serves the page now goes on with whole files.
    world.replaceFolder(fresh, join(root, 'dist', 'web'));
    world.writeText(markOf(root), hashOf(world, root));
    return 'built';
  },
};

/** What the build in dist/web was made from. */
const markOf = (root) => join(root, 'dist', 'web', 'built-from');

function hashOf(world, root) {
  const hash = createHash('sha256');
  const paths = sources.flatMap((each) => world.filesIn(join(root, each))).filter(isSource);
  for (const path of paths.sort()) hash.update(`${path.slice(root.length)}\n`).update(world.readText(path) ?? '');
  return hash.digest('hex');
}
