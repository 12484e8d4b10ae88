import { join } from 'node:path';
import { SetupError, isNetworkTrouble } from './setup-error.mjs';

/** The step that makes node_modules what the lockfile says. */
export const npmPackages = {
  title: 'npm packages',

  async check({ world, root }) {
    const wanted = JSON.parse(world.readText(join(root, 'package-lock.json'))).packages;
    const present = world.readText(join(root, 'node_modules', '.package-lock.json'));
    const count = Object.keys(wanted).length - 1;
    if (present === null) return { todo: [], will: 'install the packages of package-lock.json into node_modules' };
    const changed = differences(wanted, JSON.parse(present).packages);
    if (changed.length === 0) return { done: `as package-lock.json says (${count} entries)` };
    return {
      todo: [],
      will: `install again: ${changed.length} packages differ from package-lock.json, such as ${changed[0].replace(/^.*node_modules\//, '')}`,
    };
  },

  async work(context) {
    const { world, root } = context;
    const [program, before] = npmProgram(world.env);
    // Not `npm ci`: it refuses a lockfile without the optional packages of other systems, which not every
    // registry has. What came out is compared with the lockfile below, to the same effect.
    const result = await world.run(program, [...before, 'install', '--no-save', '--no-audit', '--no-fund'], {
      cwd: root,
      ...npmAccount(world, root),
    });
    if (result.status !== 0) throw npmError(result);
    const after = await npmPackages.check(context);
    if (after.done === undefined)
      throw new SetupError(
        `npm did not install what the lockfile says: ${after.will}`,
        'package.json and package-lock.json do not fit together: take both from one commit.',
      );
    return 'installed by the lockfile';
  },
};

function npmError({ status, output }) {
  const said =
    output
      .split('\n')
      .filter((line) => /^npm (error|ERR!)/.test(line) && !/complete log/.test(line))
      .slice(0, 4)
      .join('\n') || output.trim().slice(-400);
  if (status === -1) return new SetupError(`npm did not start: ${said}`, 'Install it with apt-get install npm, then run this again.');
  if (isNetworkTrouble(output))
    return new SetupError(`npm found no network:\n${said}`, 'Connect this machine (check npm config get registry and proxies), then run this again.');
  return new SetupError(`npm install failed:\n${said}`, 'Run npm install --no-save by hand to see all it says, repair that, then run this again.');
}

/** What is missing, of another version, or not in the lockfile; packages for other machines may be missing. */
export function differences(wanted, present) {
  const names = Object.keys(wanted).filter((path) => path !== '');
  const missing = names.filter((path) => (present[path] === undefined ? !wanted[path].optional : present[path].integrity !== wanted[path].integrity));
  const extra = Object.keys(present).filter((path) => wanted[path] === undefined);
  return [...missing, ...extra];
}

/** The npm that started us, if one did; under sudo another might come first in PATH. */
/** @returns {[program: string, args: string[]]} */
function npmProgram(env) {
  const path = env.npm_execpath;
  return path !== undefined && path.endsWith('npm-cli.js') ? [process.execPath, [path]] : ['npm', []];
}

/** Under sudo the checkout is still the user's: npm works as them, or they could never change it again. */
export function npmAccount(world, root) {
  const { uid, gid } = world.ownerOf(root);
  const entry = (world.readText('/etc/passwd') ?? '')
    .split('\n')
    .map((line) => line.split(':'))
    .find((fields) => fields[2] === `${uid}`);
  if (!world.isRoot() || uid === 0 || entry === undefined) return {};
  return { uid, gid, env: { ...world.env, HOME: entry[5], USER: entry[0], LOGNAME: entry[0] } };
}
