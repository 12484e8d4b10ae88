import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { runSetup } from './setup.mjs';
import { realWorld } from './setup/world.mjs';
import type { SetupOptions, SetupRunOptions, SetupWorld } from './setup.mjs';

const bookworm = 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nID=debian\nVERSION_ID="12"\n';
const packages = {
  runtime: [
    { name: 'tini', reason: 'reaps' },
    { name: 'nftables', reason: 'NAT' },
    { name: 'newer', reason: 'x', releases: ['13'] },
  ],
  image: [],
};
const lock = (integrity: string) =>
  JSON.stringify({ packages: { '': {}, 'node_modules/a': { integrity }, 'node_modules/elsewhere': { integrity: 'x', optional: true } } });

type Answer = (args: string[], options: SetupRunOptions) => { status: number; output: string } | void;
let files: Record<string, string>;
let programs: Record<string, Answer>;
let ran: string[];
let installed: string[];
let printed: string;
let root: boolean;

beforeEach(() => {
  files = {
    '/etc/os-release': bookworm,
    '/s/deploy/debian-packages.json': JSON.stringify(packages),
    '/s/package-lock.json': lock('new'),
    '/s/node_modules/.package-lock.json': lock('new'),
    '/etc/passwd': 'root:x:0:0::/root:/bin/sh\nann:x:1000:1000::/home/ann:/bin/sh\n',
  };
  installed = ['tini', 'nftables'];
  programs = {
    'dpkg-query': (args) => ({
      status: 0,
      output: args.map((name) => `${name} ${installed.includes(name) ? 'installed' : 'not-installed'}`).join('\n'),
    }),
    'apt-cache': (args) => ({
      status: 0,
      output: args
        .slice(1)
        .map((name) => `${name}:\n  Candidate: 1.0`)
        .join('\n'),
    }),
    '/s/node_modules/.bin/node': (args) => {
      if (args.includes('build')) files[join(builtIn(args), 'index.html')] = '<html>';
      return { status: 0, output: 'v26.10.0\n' };
    },
  };
  ran = [];
  printed = '';
  root = true;
});

const world: SetupWorld = {
  isRoot: () => root,
  arch: 'x64',
  env: { PATH: '/bin' },
  exists: (path) => path in files,
  readText: (path) => files[path] ?? null,
  writeProgram: (path, text) => void (files[path] = text),
  remove: (path) => void delete files[path],
  filesIn: (path) => Object.keys(files).filter((each) => each === path || each.startsWith(`${path}/`)),
  writeText: (path, text) => void (files[path] = text),
  replaceFolder(from, to) {
    for (const path of world.filesIn(from)) {
      files[path.replace(from, to)] = files[path] ?? '';
      delete files[path];
    }
  },
  sweepFolders: () => undefined,
  ownerOf: () => ({ uid: 1000, gid: 1000 }),
  async run(program, args, options = {}) {
    ran.push([program, ...args].join(' '));
    return programs[program]?.(args, options) ?? { status: 0, output: '' };
  },
};

const setup = (options: SetupOptions = {}) => runSetup({ world, root: '/s', out: { write: (text) => (printed += text) }, ...options });
const builtIn = (args: readonly string[]) => args[args.indexOf('--outDir') + 1] ?? '';
const ranWith = (word: string) => ran.filter((line) => line.includes(word));

test('where all is in place set-up only looks', async () => {
  await setup();
  [ran, printed] = [[], ''];
  root = false;
  expect(await setup()).toBe(false);
  expect(printed).toContain('everything is in place');
  expect(ran.map((line) => line.split(' ')[0])).toEqual(['dpkg-query', '/s/node_modules/.bin/node']);
});

test('only the missing Debian packages are installed, in one go, without recommended ones and without asking', async () => {
  installed = ['tini'];
  programs['apt-get'] = (args, options) => {
    expect(options.env).toMatchObject({ DEBIAN_FRONTEND: 'noninteractive' });
  };
  expect(await setup()).toBe(true);
  expect(ranWith('apt-get')).toEqual([expect.stringMatching(/install -y --no-install-recommends nftables$/)]);
});

test('what will be done is said before it is done', async () => {
  installed = [];
  await setup({ dryRun: true });
  expect(printed).toMatch(/Set-up will:\n +• Debian packages: install 2 of 2 packages\n +tini +reaps\n +nftables +NAT/);
  expect(ranWith('apt-get')).toEqual([]);
});

test('package lists are fetched only when a package is unknown', async () => {
  installed = [];
  programs['apt-cache'] = () => ({ status: 0, output: 'tini:\n  Candidate: (none)\nnftables:\n  Candidate: 1.0' });
  await setup();
  expect(ranWith('apt-get')).toEqual([expect.stringMatching(/update$/), expect.stringMatching(/install .* tini nftables$/)]);
});

test('an install that fails is tried again with new package lists', async () => {
  installed = [];
  let tries = 0;
  programs['apt-get'] = (args) => (args.includes('install') && ++tries === 1 ? { status: 100, output: 'E: 404' } : undefined);
  await setup();
  expect(tries).toBe(2);
  expect(ranWith(' update')).toHaveLength(1);
});

test('a package manager that is at work is waited for, and named', async () => {
  installed = [];
  programs['apt-get'] = (args, options) => {
    options.onLine?.('Waiting for cache lock: Could not get lock /var/lib/dpkg/lock-frontend. It is held by process 77 (apt)');
  };
  await setup();
  expect(printed).toContain('waiting up to 10 minutes for apt (process 77) to finish');
});

test('services of the packages are neither started nor enabled, those that ran before are left alone', async () => {
  installed = [];
  files['/run/systemd/system'] = '';
  let enabled = 'virtlogd.socket enabled enabled\n';
  programs['systemctl'] = (args) => (args[0] === 'list-unit-files' ? { status: 0, output: enabled } : undefined);
  programs['apt-get'] = () => {
    expect(files['/usr/sbin/policy-rc.d']).toContain('exit 101');
    enabled += 'libvirtd.service enabled enabled\n';
  };
  await setup();
  expect(files['/usr/sbin/policy-rc.d']).toBeUndefined();
  expect(ranWith('disable')).toEqual(['systemctl disable libvirtd.service']);
});

test("an administrator's own policy-rc.d is kept", async () => {
  installed = [];
  Object.assign(files, { '/run/systemd/system': '', '/usr/sbin/policy-rc.d': 'mine' });
  await setup();
  expect(files['/usr/sbin/policy-rc.d']).toBe('mine');
});

test('npm packages that differ from the lockfile are installed by it, as the user who owns the checkout', async () => {
  files['/s/node_modules/.package-lock.json'] = lock('old');
  programs['npm'] = (args, options) => {
    expect(options).toMatchObject({ cwd: '/s', uid: 1000, env: { HOME: '/home/ann' } });
    files['/s/node_modules/.package-lock.json'] = lock('new');
  };
  await setup();
  expect(printed).toContain('1 packages differ from package-lock.json, such as a');
  expect(ranWith('npm')).toEqual(['npm install --no-save --no-audit --no-fund']);
});

test('packages for other machines may be missing', async () => {
  await setup();
  const present = JSON.parse(lock('new')) as { packages: Record<string, unknown> };
  delete present.packages['node_modules/elsewhere'];
  files['/s/node_modules/.package-lock.json'] = JSON.stringify(present);
  expect(await setup()).toBe(false);
});

test('what npm installed is compared with the lockfile', async () => {
  files['/s/node_modules/.package-lock.json'] = lock('old');
  await expect(setup()).rejects.toThrow(/npm did not install what the lockfile says/);
});

const failing =
  (status: number, output: string): Answer =>
  () => ({ status, output });

test.each<[string, () => void, RegExp, RegExp]>([
  ['without root', () => void (root = false), /needs root: tini/, /sudo/],
  ['without a network for apt', () => void (programs['apt-get'] = failing(100, "E: Could not resolve 'x'")), /no network/, /Connect/],
  ['with the dpkg lock held for long', () => void (programs['apt-get'] = failing(100, 'E: Could not get lock /var/lib/dpkg/lock')), /lock/, /Wait/],
  ['with a package that breaks', () => void (programs['apt-get'] = failing(100, 'E: broken')), /apt-get .*failed:\nE: broken/s, /by hand/],
  ['on another system', () => void (files['/etc/os-release'] = 'PRETTY_NAME="Other 1"\nID=other'), /Other 1/, /--any-system/],
])('%s set-up stops with the reason and a remedy', async (_, plant, message, remedy) => {
  installed = [];
  plant();
  await expect(setup()).rejects.toMatchObject({ message: expect.stringMatching(message), remedy: expect.stringMatching(remedy) });
});

test('the page is built once, and again when what it is made from has changed', async () => {
  files['/s/src/web/main.tsx'] = 'one';
  await setup();
  expect(files['/s/dist/web/index.html']).toBe('<html>');
  expect(printed).toMatch(/✓ Web page: built/);
  await setup();
  expect(ranWith('vite.js build')).toHaveLength(1);
  files['/s/src/web/main.tsx'] = 'two';
  await setup();
  expect(ranWith('vite.js build')).toHaveLength(2);
});

test('a page that cannot be built stops set-up, and the one before stays', async () => {
  files['/s/dist/web/index.html'] = 'before';
  programs['/s/node_modules/.bin/node'] = (args) =>
    args.includes('build') ? { status: 1, output: 'no such import' } : { status: 0, output: 'v26.10.0' };
  await expect(setup()).rejects.toThrow(/Building the page failed:\nno such import/);
  expect(files['/s/dist/web/index.html']).toBe('before');
});

test('what changes while the page is built is built in the next time', async () => {
  const build = programs['/s/node_modules/.bin/node'];
  programs['/s/node_modules/.bin/node'] = (args, options) => {
    if (args.includes('build')) files['/s/src/web/main.tsx'] = 'changed meanwhile';
    return build?.(args, options) ?? { status: 0, output: '' };
  };
  files['/s/src/web/main.tsx'] = 'as it was';
  await setup();
  await setup();
  expect(ranWith('vite.js build')).toHaveLength(2);
});

test('a page is built beside the one that is served, and takes its place with its mark', async () => {
  let placed: string[] = [];
  const replaceFolder = (from: string, to: string) => {
    placed = world.filesIn(from).map((path) => path.slice(from.length + 1));
    world.replaceFolder(from, to);
  };
  await setup({ world: { ...world, replaceFolder } });
  expect(placed.toSorted()).toEqual(['built-from', 'index.html']);
});

test('on this machine a new folder takes the place of the old one, and what a dead process left beside it goes', () => {
  const dist = mkdtempSync(join(tmpdir(), 'stratus-dist-'));
  const folder = (name: string) => {
    mkdirSync(join(dist, name));
    writeFileSync(join(dist, name, 'index.html'), name);
  };
  // No process has the largest number that there is.
  for (const name of ['web', `web.new.${process.pid}`, 'web.new.4194304', 'web.new.4194304.old']) folder(name);
  realWorld.sweepFolders(dist, 'web.new.');
  for (let times = 0; times < 2; times++) {
    if (times > 0) folder(`web.new.${process.pid}`);
    realWorld.replaceFolder(join(dist, `web.new.${process.pid}`), join(dist, 'web'));
    expect(readdirSync(dist)).toEqual(['web']);
    expect(realWorld.readText(join(dist, 'web', 'index.html'))).toBe(`web.new.${process.pid}`);
  }
  rmSync(dist, { recursive: true });
});

test('a page that cannot be written says so', async () => {
  programs['/s/node_modules/.bin/node'] = (args) =>
    args.includes('build') ? { status: 1, output: "EROFS: read-only file system, mkdir '/s/dist'" } : { status: 0, output: 'v26.10.0' };
  await expect(setup()).rejects.toMatchObject({ remedy: expect.stringContaining('Make /s/dist writable') });
});

test.each([
  ['no network', 1, 'npm error code ENOTFOUND', /no network/],
  ['no npm', -1, 'spawn npm ENOENT', /npm did not start/],
  ['a broken package', 1, 'npm error EINTEGRITY', /npm install failed:\nnpm error EINTEGRITY/],
] as const)('with %s the npm step stops with the reason', async (_, status, output, message) => {
  delete files['/s/node_modules/.package-lock.json'];
  programs['npm'] = failing(status, output);
  await expect(setup()).rejects.toThrow(message);
});

test('a packaged Node that lacks a library says which', async () => {
  files['/s/node_modules/.bin/node'] = '';
  programs['/s/node_modules/.bin/node'] = failing(127, 'error while loading shared libraries: libatomic.so.1: not found\n');
  await expect(setup()).rejects.toMatchObject({ message: expect.stringMatching(/libatomic/), remedy: expect.stringMatching(/libatomic1/) });
});

test('every Debian package in the list has a reason, and none is listed twice', () => {
  const list = JSON.parse(readFileSync(new URL('../deploy/debian-packages.json', import.meta.url), 'utf8')) as Record<
    string,
    { name: string; reason: string }[]
  >;
  const all = Object.values(list).flat();
  expect(all.every((p) => p.reason.length > 0)).toBe(true);
  expect(new Set(all.map((p) => p.name)).size).toBe(all.length);
});

test('what the first appliance is built from is fetched once, and its absence stops nothing', async () => {
  await setup({ appliances: ['tiny'] });
  expect(ranWith('fetch-recipes.ts /s/.cache/packages tiny')).toHaveLength(1);
  programs['/s/node_modules/.bin/node'] = ([first]) => ({ status: first === '--version' ? 0 : 1, output: 'v26.10.0\n' });
  await setup({ appliances: ['tiny'] });
  expect(printed).toContain('the first start tries again');
  files['/s/.cache/packages/tiny.json'] = '{}';
  ran = [];
  await setup({ appliances: ['tiny'] });
  expect(ranWith('fetch-recipes.ts')).toEqual([]);
});
