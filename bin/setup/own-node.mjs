import { join } from 'node:path';
import { SetupError } from './setup-error.mjs';

/** The step that sees whether the newer Node, which npm brought, runs here. */
export const ownNode = {
  title: 'Node',

  async check({ world, root }) {
    const version = await versionOf(world, root);
    return version === null ? { todo: [], will: 'use the newer one that comes with the npm packages' } : { done: `${version} runs` };
  },

  async work({ world, root }) {
    const version = await versionOf(world, root);
    if (version !== null) return `${version} runs`;
    const path = join(root, 'node_modules', '.bin', 'node');
    if (!world.exists(path)) throw new SetupError(`There is no packaged Node for linux-${world.arch}.`, 'Use a 64-bit Intel, AMD or Arm machine.');
    const { output } = await world.run(path, ['--version']);
    throw new SetupError(
      `The packaged Node does not run: ${output.trim().split('\n')[0]}`,
      'If it names a missing library, install that with apt-get (libatomic1), then run this again.',
    );
  },
};

async function versionOf(world, root) {
  const { status, output } = await world.run(join(root, 'node_modules', '.bin', 'node'), ['--version']);
  return status === 0 && /^v\d+/.test(output) ? output.trim() : null;
}
