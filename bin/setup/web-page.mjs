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
    if (world.readText(join(root, 'dist', 'web', mark)) === hash) return { done: 'as its sources say' };
    return { todo: [], will: 'build it' };
  },

  async work({ world, root }) {
    // Before it is built: what changes under the build is found the next time.
    const hash = hashOf(world, root);
    // Of this process alone: two set-ups at once do not build into each other.
    const fresh = join(root, 'dist', `${freshPrefix}${process.pid}`);
    world.sweepFolders(join(root, 'dist'), freshPrefix);
    const args = [join(root, 'node_modules', 'vite', 'bin', 'vite.js'), 'build', '--outDir', fresh, '--emptyOutDir', '--logLevel', 'error'];
    const node = join(root, 'node_modules', '.bin', 'node');
    const as = npmAccount(world, root);
    const env = { ...(as.env ?? world.env), NO_COLOR: '1', NODE_ENV: 'production' };
    const { status, output } = await world.run(node, [...args, join(root, 'src', 'web')], { cwd: root, ...as, env });
    if (status !== 0 || !world.exists(join(fresh, 'index.html'))) throw buildError(root, output);
    // It takes its place whole, and with its mark: whatever kills us before leaves the page that was there.
    world.writeText(join(fresh, mark), hash);
    world.replaceFolder(fresh, join(root, 'dist', 'web'));
    return 'built';
  },
};

function buildError(root, output) {
  const says = output.trim().slice(-2_000);
  const cannotWrite = /\b(EROFS|EACCES|EPERM|ENOSPC)\b/.test(says);
  return new SetupError(
    `Building the page failed:\n${says}`,
    cannotWrite
      ? `Make ${join(root, 'dist')} writable and give it 20 MB of room, then run this again.`
      : 'Take package.json, package-lock.json and src from one commit, then run this again.',
  );
}

/** Folders beside dist/web in which it is built; the number of the process that builds follows. */
const freshPrefix = 'web.new.';
/** File in dist/web that says what it was made from. */
const mark = 'built-from';

function hashOf(world, root) {
  const hash = createHash('sha256');
  const paths = sources.flatMap((each) => world.filesIn(join(root, each))).filter(isSource);
  for (const path of paths.sort()) hash.update(`${path.slice(root.length)}\n`).update(world.readText(path) ?? '');
  return hash.digest('hex');
}
