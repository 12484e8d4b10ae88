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
    return { todo: [], will: `install again: ${changed.length} packages differ from package-lock.json, such as ${changed[0].replace(/^.*node_modules\//, '')}` };
  },

  async work({ world, root }) {
    const [program, before] = npmProgram(world.env);
    const result = await world.run(program, [...before, 'ci', '--no-audit', '--no-fund'], { cwd: root, ...account(world, root) });
    if (result.status === 0) return 'installed';
    const said = result.output.trim().split('\n').filter((line) => !/complete log|npm error\s*$/.test(line)).slice(-4).join('\n');
    if (result.status === -1) throw new SetupError(`npm did not start: ${said}`, 'Install it with apt-get install npm, then run this again.');
    if (isNetworkTrouble(result.output)) throw new SetupError(`npm found no network:\n${said}`, 'Connect this machine (check npm config get registry and proxies), then run this again.');
    throw new SetupError(`npm ci failed:\n${said}`, 'Run npm ci by hand to see all it says, repair that, then run this again.');
  },
};

/** What is missing, of another version, or not in the lockfile; packages for other machines may be missing. */
export function differences(wanted, present) {
  const names = Object.keys(wanted).filter((path) => path !== '');
  const missing = names.filter((path) => (present[path] === undefined ? !wanted[path].optional : present[path].integrity !== wanted[path].integrity));
  const extra = Object.keys(present).filter((path) => wanted[path] === undefined);
  return [...missing, ...extra];
}

/** The npm that started us, if one did; under sudo another might come first in PATH. */
function npmProgram(env) {
  const path = env.npm_execpath;
  return path !== undefined && path.endsWith('npm-cli.js') ? [process.execPath, [path]] : ['npm', []];
}

/** Under sudo the checkout is still the user's: npm works as them, or they could never change it again. */
function account(world, root) {
  const { uid, gid } = world.ownerOf(root);
  const entry = (world.readText('/etc/passwd') ?? '').split('\n').map((line) => line.split(':')).find((fields) => fields[2] === `${uid}`);
  if (!world.isRoot() || uid === 0 || entry === undefined) return {};
  return { uid, gid, env: { ...world.env, HOME: entry[5], USER: entry[0], LOGNAME: entry[0] } };
}
