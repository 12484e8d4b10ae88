import { join } from 'node:path';
import { SetupError, isNetworkTrouble } from './setup-error.mjs';
import { withoutServiceStarts } from './service-starts.mjs';

const releasesKnown = ['12', '13'];
const lockWaitSeconds = 600;

/** The step that installs what is missing of deploy/debian-packages.json, and nothing else. */
export const debianPackages = {
  title: 'Debian packages',

  /** @returns the missing names as `work`, or a sentence that nothing is missing */
  async check({ world, root, groups, anySystem }) {
    const release = debianRelease(world.readText('/etc/os-release') ?? '', anySystem);
    const wanted = wantedPackages(JSON.parse(world.readText(join(root, 'deploy', 'debian-packages.json'))), groups, release);
    const { output } = await world.run('dpkg-query', ['-W', '-f', '${Package} ${db:Status-Status}\n', ...wanted.map((p) => p.name)]);
    const installed = new Set(
      output
        .split('\n')
        .filter((line) => line.endsWith(' installed'))
        .map((line) => line.split(' ')[0]),
    );
    const missing = wanted.filter((p) => !installed.has(p.name));
    if (missing.length === 0) return { done: `all ${wanted.length} are installed` };
    return { todo: missing.map((p) => `${p.name.padEnd(28)}${p.reason}`), will: `install ${missing.length} of ${wanted.length} packages`, missing };
  },

  async work({ world, say }, { missing }) {
    const names = missing.map((p) => p.name);
    if (!world.isRoot()) {
      throw new SetupError(
        `Installing Debian packages needs root: ${names.join(' ')}`,
        'Run the same command with sudo, or install them yourself with apt-get.',
      );
    }
    const policy = await world.run('apt-cache', ['policy', ...names]);
    const known = (policy.output.match(/^ +Candidate: (?!\(none\))/gm) ?? []).length;
    if (known < names.length) await updateLists(world, say);
    let result = await install(world, say, names);
    // A candidate that is known may be gone from the server since: new lists name its successor.
    if (result.status !== 0 && known === names.length) {
      await updateLists(world, say);
      result = await install(world, say, names);
    }
    if (result.status !== 0) throw aptError('install', result.output);
    return `${names.length} installed`;
  },
};

export function debianRelease(osRelease, anySystem) {
  const field = (name) => new RegExp(`^${name}="?([^"\n]*)"?$`, 'm').exec(osRelease)?.[1] ?? '';
  if (field('ID') === 'debian' && releasesKnown.includes(field('VERSION_ID'))) return field('VERSION_ID');
  if (anySystem) return releasesKnown.at(-1);
  throw new SetupError(
    `This machine runs ${field('PRETTY_NAME') || 'an unknown system'}; StratusLab is made for Debian ${releasesKnown.join(' and ')}.`,
    'Use a Debian machine (a virtual one will do), or add --any-system to try it here.',
  );
}

function wantedPackages(list, groups, release) {
  return groups.flatMap((group) => list[group] ?? []).filter((p) => p.releases === undefined || p.releases.includes(release));
}

async function updateLists(world, say) {
  say('fetching the lists of packages');
  const result = await apt(world, say, ['update']);
  if (result.status !== 0) throw aptError('update', result.output);
}

function install(world, say, names) {
  const args = ['install', '-y', '--no-install-recommends', ...names];
  return withoutServiceStarts(world, () => apt(world, say, args));
}

function apt(world, say, args) {
  let waiting = false;
  return world.run('apt-get', ['-q', '-o', `DPkg::Lock::Timeout=${lockWaitSeconds}`, ...args], {
    env: { ...world.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' },
    onLine(line) {
      if (waiting || !/Waiting for cache lock|Could not get lock/.test(line)) return;
      waiting = true;
      const holder = /process (\d+) \(([^)]*)\)/.exec(line);
      say(
        `waiting up to ${lockWaitSeconds / 60} minutes for ${holder ? `${holder[2]} (process ${holder[1]})` : 'another package manager'} to finish`,
      );
    },
  });
}

function aptError(verb, output) {
  const errors = output
    .split('\n')
    .filter((line) => /^(E|W|Err):?/.test(line))
    .slice(-3)
    .join('\n');
  const said = errors || output.trim().split('\n').slice(-3).join('\n');
  if (/Could not get lock/.test(output)) {
    return new SetupError(
      `Another package manager still holds the lock after ${lockWaitSeconds / 60} minutes.`,
      'Wait for it to finish (or end it), then run this again.',
    );
  }
  if (isNetworkTrouble(output))
    return new SetupError(
      `apt-get ${verb} found no network:\n${said}`,
      'Connect this machine (check /etc/apt/sources.list and proxies), then run this again: it continues where it was.',
    );
  return new SetupError(`apt-get ${verb} failed:\n${said}`, `Run apt-get ${verb} by hand to see all it says, repair that, then run this again.`);
}
