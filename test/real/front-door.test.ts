import { execFile } from 'node:child_process';
import { existsSync, globSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { root } from '../tidy/source-files.ts';
import { ForegroundStart } from './foreground-start.ts';
import { RealCloud, until } from './real-cloud.ts';

const options = (cloud: RealCloud) => ['--port', String(cloud.port), '--no-nat'];
/** What it says when it fails; '' when it does not. */
const complaint = async (command: Promise<unknown>) =>
  command.then(
    () => '',
    (error: { stderr: string }) => error.stderr,
  );
const prefixOf = (cloud: RealCloud) => (JSON.parse(readFileSync(cloud.home.cloudFile, 'utf8')) as { cidr: string }).cidr;
const idOfFirst = async (cloud: RealCloud) => (await cloud.client.request('GET', '/v1/instances/first')).id as string;
/** Logs in by the line that was printed, with a command behind it. */
const logIn = async (cloud: RealCloud, sshLine: string, command: string) =>
  (await cloud.onMachine('sh', '-c', `${sshLine} -o BatchMode=yes ${command}`)).trim();
/** Processes that see anything of this home mounted. */
const mountsOf = (cloud: RealCloud) =>
  readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/mountinfo`, 'utf8').includes(`${cloud.home.dir}/`);
    } catch {
      return false;
    }
  });
const controlGroups = (id: string) => globSync(['/sys/fs/cgroup/machine*/*', '/sys/fs/cgroup/*/machine*/*']).filter((path) => path.includes(id));

describe('a cloud from its first start to its removal', () => {
  let cloud: RealCloud;
  let sshLine: string;
  let guest: number[];

  beforeAll(async () => void (cloud = await RealCloud.make()));
  afterAll(() => cloud.destroy());

  test('npm start ends with the address, the log-in and an ssh line that works as it stands, until Ctrl-C', async () => {
    const start = new ForegroundStart(cloud, 'npm', ...options(cloud));
    await start.untilUp();
    ({ sshLine } = start);
    expect(start.said).toContain(`Your cloud:   http://127.0.0.1:${cloud.port}`);
    expect(start.said).toMatch(/Log-in: +admin, password \S{20,} {2}\(shown only now; keep it\)/);
    for (const path of ['/', '/v1/docs'])
      expect(await cloud.onMachine('curl', '-sS', '-o', '/dev/null', '-w', '%{http_code}', `http://127.0.0.1:${cloud.port}${path}`)).toBe('200');
    expect(await logIn(cloud, sshLine, 'hostname')).toBe('first');
    guest = cloud.pids('qemu');
    expect(guest).toHaveLength(1);

    // Through npm and from the terminal it reaches the cloud twice: it is one wish.
    start.ctrlC();
    await start.ended();
    expect(start.said).toContain('its instances run on');
    expect([...cloud.pids('server'), ...cloud.pids('agent')]).toEqual([]);
    expect(cloud.pids('qemu')).toEqual(guest);
    expect(await logIn(cloud, sshLine, 'hostname')).toBe('first');
  });

  test('started again it finds its work done, the guest as it was, and shows no password a second time', async () => {
    const start = new ForegroundStart(cloud, 'stratus');
    await start.untilUp();
    expect(start.said).toContain('1 instance as it should be');
    expect(start.sshLine).toBe(sshLine);
    expect(start.said).not.toContain('admin, password');
    expect(cloud.pids('qemu')).toEqual(guest);

    // A second start beside it leaves everything to the first.
    const second = await cloud.stratus('up');
    expect(second.stdout).toMatch(/control plane +runs already/);
    expect(second.stdout).toContain('runs on without this terminal');

    // What dies is started again.
    const [server] = cloud.pids('server');
    cloud.kill('server');
    await until('another control plane answers', async () => cloud.pids('server').some((pid) => pid !== server) && idOfFirst(cloud));

    start.ctrlC();
    await pause(10);
    start.ctrlC();
    expect(await start.ended()).toBe(0);
    expect([...cloud.pids('server'), ...cloud.pids('agent')]).toEqual([]);
    expect(cloud.pids('qemu')).toEqual(guest);
  });

  test('stratus down stops everything, the start in the foreground too; the next start brings the instance back', async () => {
    const start = new ForegroundStart(cloud, 'stratus');
    await start.untilUp();
    const id = await idOfFirst(cloud);
    const { stdout } = await cloud.stratus('down');
    expect(stdout).toMatch(/guests +1 powered off/);
    await start.ended();
    expect(cloud.pids('everything')).toEqual([]);
    expect((await cloud.onMachine('ip', '-br', 'link')).trim().split('\n')).toHaveLength(1);

    await cloud.up();
    expect(await idOfFirst(cloud)).toBe(id);
    expect(await logIn(cloud, sshLine, 'hostname')).toBe('first');
  });

  test('an instance made anew at the same address is not taken for a fraud', async () => {
    await cloud.stratus('delete', 'first');
    const { stdout } = await cloud.up();
    const anew = /^Your machine: (ssh .+)$/m.exec(stdout)?.[1] ?? '';
    expect(anew).not.toBe(sshLine);
    expect(await logIn(cloud, anew, 'hostname')).toBe('first');
  });

  test('what was decided when it was made is not passed over in silence', async () => {
    expect(await complaint(cloud.stratus('up', '--cidr', '10.9.0.0/20'))).toContain(`The network of this cloud is ${prefixOf(cloud)}`);
    expect(await complaint(cloud.stratus('up', '--nat'))).toContain('made without NAT');
    expect(await complaint(cloud.stratus('up', '--port', '7999'))).toContain(`listens on port ${cloud.port}`);
  });

  test('stratus destroy lists what it removes and asks; with --yes nothing is left of it', async () => {
    expect(await complaint(cloud.stratus('destroy'))).toContain('Repeat with --yes');
    expect(cloud.pids('qemu')).toHaveLength(1);
    const id = await idOfFirst(cloud);
    expect(controlGroups(id)).not.toEqual([]);
    const { stdout } = await cloud.stratus('destroy', '--yes');
    for (const line of [cloud.home.dir, '1 instance: first', '1 image: tiny', '1 guest that runs now'])
      expect(stdout.slice(0, stdout.indexOf('✔'))).toContain(line);
    expect(cloud.pids('everything')).toEqual([]);
    expect(mountsOf(cloud)).toEqual([]);
    expect(controlGroups(id)).toEqual([]);
    expect((await cloud.onMachine('ip', '-br', 'link')).trim().split('\n')).toHaveLength(1);
    expect(await cloud.onMachine('nft', 'list', 'tables')).toBe('');
    expect(existsSync(cloud.home.dir)).toBe(false);
    expect(await complaint(cloud.stratus('destroy', '--yes'))).toContain('There is no cloud');
  });
});

describe('two clouds on one machine', () => {
  let one: RealCloud;
  let other: RealCloud;

  beforeAll(async () => {
    one = await RealCloud.make();
    other = await RealCloud.make(one);
  });
  afterAll(async () => {
    await other.destroy();
    await one.destroy();
  });

  test('get networks of their own by themselves, and each reaches its instance', async () => {
    const starts = [await one.up(), await other.up()];
    expect(prefixOf(other)).not.toBe(prefixOf(one));
    for (const [at, cloud] of [one, other].entries()) {
      const sshLine = /^Your machine: (ssh .+)$/m.exec(starts[at]?.stdout ?? '')?.[1] ?? '';
      expect(sshLine).toContain(cloud.home.dir);
      expect(await logIn(cloud, sshLine, 'hostname')).toBe('first');
      expect((await cloud.stratus('list', '-o', 'name')).stdout.trim().split('\n')).toHaveLength(1);
    }
  });

  test('the end of one leaves the other as it was', async () => {
    const [guest, agent, server, links] = [other.pids('qemu'), other.pids('agent'), other.pids('server'), other.pids('everything').length];
    expect(guest).toHaveLength(1);
    await one.stratus('destroy', '--yes');
    expect(one.pids('everything')).toEqual([]);
    expect(existsSync(one.home.dir)).toBe(false);
    expect([other.pids('qemu'), other.pids('agent'), other.pids('server'), other.pids('everything').length]).toEqual([guest, agent, server, links]);
    expect((await other.stratus('ssh', 'first', 'hostname')).stdout.trim()).toBe('first');
    const again = await other.up();
    expect(again.stdout).toMatch(/first instance +first runs/);
  });
});

describe('a start that cannot be', () => {
  let cloud: RealCloud;

  beforeAll(async () => void (cloud = await RealCloud.make()));
  afterAll(() => cloud.destroy());

  test.each([
    [['--port', 'http'], '--port "http" is not a whole number'],
    [['--port', '65536'], 'from 1 to 65535'],
    [['--cidr', '10.0.0.0/8'], 'is not an IPv4 prefix from /16 to /28'],
    [['--cidr', '127.0.0.0/20'], 'overlaps what this machine reaches already'],
    [['--home', 'clouds/one'], 'is not an absolute path'],
    [['--home', '/proc/cloud'], 'cannot be made or written to'],
    [['--home', '/etc'], 'is no cloud and not empty'],
    [['--home', `/var/tmp/${'long'.repeat(20)}`], 'at most 60 leave room'],
    [['--home', '/var/tmp/two words'], 'may have only letters'],
    [['--fast'], "Unknown option '--fast'"],
  ])('says why: %s', async (args, why) => {
    const said = await complaint(cloud.stratus('up', '--detach', ...args));
    expect(said).toContain(why);
    // An arrow to what can be done, and no trace of our code.
    expect(said).toMatch(/^ {2}→ ./m);
    expect(said).not.toContain('    at ');
    expect(existsSync(cloud.home.cloudFile)).toBe(false);
  });

  test('says that its port is taken', async () => {
    const busy = createServer();
    await new Promise<void>((resolve) => void busy.listen(0, '127.0.0.1', resolve));
    const { port } = busy.address() as { port: number };
    // In the namespace of the test itself: there that port is taken.
    const said = await complaint(promisify(execFile)(join(root, 'bin/stratus'), ['up', '--detach', '--port', String(port)], { env: cloud.env }));
    busy.close();
    expect(said).toContain(`Port ${port} is taken`);
    expect(said).toContain('choose another port: npm start -- --port');
    expect(existsSync(cloud.home.cloudFile)).toBe(false);
  });

  test('makes no instance with --no-first', async () => {
    const { stdout } = await cloud.up('--no-first');
    expect(stdout).not.toContain('Your machine');
    expect((await cloud.stratus('list', '-o', 'name')).stdout).toBe('');
    expect(cloud.pids('qemu')).toEqual([]);
  });

  test('tells of a damaged cloud.json and touches nothing', async () => {
    const whole = readFileSync(cloud.home.cloudFile, 'utf8');
    const before = cloud.pids('everything');
    writeFileSync(cloud.home.cloudFile, whole.slice(0, 20));
    for (const command of [['up', '--detach'], ['down'], ['destroy', '--yes']])
      expect(await complaint(cloud.stratus(...command))).toContain('cloud.json is damaged');
    expect(cloud.pids('everything')).toEqual(before);
    writeFileSync(cloud.home.cloudFile, whole);
    await cloud.stratus('up', '--detach', '--no-first');
  });
});
