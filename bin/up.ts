import { parseArgs } from 'node:util';
import { pickFreeCidr } from '../src/drivers/linux-bridge/free-cidr.ts';
import { Client } from '../src/cli/client.ts';
import { firstInstance } from '../src/local/first-instance.ts';
import { ensureLocalDaemon, findLocalDaemon, stopLocalDaemon } from '../src/local/daemon.ts';
import { defaultHomeDir, homePaths, makeHome, readCloud, readPrivate, type CloudFacts, type Home } from '../src/local/home.ts';
import { portIsFree } from '../src/local/port.ts';
import { Progress } from '../src/local/progress.ts';
import { summary } from '../src/local/summary.ts';
import { untilReady } from '../src/local/until-ready.ts';

const help = `Usage: npm start [-- OPTION...]    (or: stratus up [OPTION...])

Brings up a whole cloud on this machine: control plane, host agent, first appliance, first instance. Run
again, it finds its work done. Ctrl-C stops the control plane; instances go on running.

  --home DIR     where everything is kept (default ${defaultHomeDir}, or STRATUS_HOME)
  --port N       where the API listens on 127.0.0.1 (default 7480)
  --cidr PREFIX  IPv4 prefix of the default network (default: a free one)
  --no-nat       guests do not reach the outside
  --no-first     make no first instance
  --detach       do not stay in the foreground
  --help         this text

  stratus down     stops everything, instances too; the next start brings them back
  stratus destroy  removes everything, and lists it first
`;

export async function runUp(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      home: { type: 'string', default: process.env['STRATUS_HOME'] ?? defaultHomeDir },
      port: { type: 'string' },
      cidr: { type: 'string' },
      nat: { type: 'boolean' },
      first: { type: 'boolean', default: true },
      detach: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
    allowNegative: true,
  });
  if (values.help) {
    process.stdout.write(help);
    return 0;
  }
  const home = homePaths(values.home);
  const progress = new Progress();
  const cloud = await decide(home, values, progress);
  const own = [findLocalDaemon(home, 'server'), findLocalDaemon(home, 'agent')].every((each) => each === null);
  await progress.step(
    'control plane',
    () => startServer(home, cloud),
    (started) => (started ? `listens on http://127.0.0.1:${cloud.port}` : 'runs already'),
  );
  const client = new Client({ url: `unix:${home.serverSocket}`, token: readPrivate(home.adminToken) });
  await progress.step(
    'host agent',
    (tell) => startAgent(home, client, tell),
    (text) => text,
  );
  const first = values.first ? await firstInstance(home, client, progress) : null;
  progress.say(summary(home, cloud, first));
  if (values.detach || !own) return 0;
  return stayInForeground(home, progress);
}

async function decide(
  home: Home,
  values: { port?: string | undefined; cidr?: string | undefined; nat?: boolean | undefined },
  progress: Progress,
): Promise<CloudFacts> {
  const known = readCloud(home);
  if (known !== null) return known;
  const port = Number(values.port ?? 7480);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new Error(`--port ${values.port} is not a port: give a number from 1 to 65535`);
  if (!(await portIsFree(port))) throw new Error(`port ${port} is taken; choose another: npm start -- --port ${port + 1}`);
  const cidr = values.cidr ?? (await pickFreeCidr(['10.42.0.0/20', '10.57.0.0/20', '172.28.0.0/20', '192.168.144.0/20']));
  return progress.step(
    'cloud',
    async () => makeHome(home, { port, cidr, nat: values.nat ?? true }),
    (cloud) => `${cloud.cloudId} in ${home.dir}, network ${cloud.cidr}`,
  );
}

function program(command: string, home: Home): string[] {
  return [
    process.execPath,
    '--disable-warning=ExperimentalWarning',
    '--max-semi-space-size=4',
    new URL('./stratus.ts', import.meta.url).pathname,
    command,
    '--home',
    home.dir,
  ];
}

async function startServer(home: Home, cloud: CloudFacts): Promise<boolean> {
  const { started } = ensureLocalDaemon(home, 'server', program('server', home));
  await untilReady(home, 'server', async () => {
    await new Client({ url: `http://127.0.0.1:${cloud.port}`, token: null }).request('GET', '/v1/health');
    return readPrivate(home.adminToken) !== null && readPrivate(home.agentToken) !== null;
  });
  return started;
}

async function startAgent(home: Home, client: Client, tell: (what: string) => void): Promise<string> {
  const startedAtMs = Date.now();
  const { started } = ensureLocalDaemon(home, 'agent', program('agent', home));
  tell('starts libvirt and looks at what runs');
  return untilReady(home, 'agent', async () => {
    const { items } = await client.request('GET', '/v1/hosts');
    const online = items.find((host: { state: string }) => host.state === 'online' || host.state === 'cordoned');
    if (online === undefined) return false;
    const { facts, recovery } = online.status;
    const name = `${online.name}: ${facts.vcpus} CPUs, ${facts.memoryMib} MiB, guests by ${facts.accelerator}`;
    if (!started) return `${name}, runs already`;
    // What was known before is old: this agent must have called, and looked after what it found.
    if (recovery === null || Date.parse(recovery.startedAt) < startedAtMs) return false;
    const waitsFor = recovery.instances.filter((each: { settledAfterMs: number | null }) => each.settledAfterMs === null);
    if (waitsFor.length > 0 && Date.now() - startedAtMs < bringBackMs) {
      tell(`brings back ${waitsFor.length} of ${recovery.instances.length} instances`);
      return false;
    }
    const back = recovery.instances.length - waitsFor.length;
    const rest = waitsFor.length === 0 ? '' : `, ${waitsFor.length} not yet: see stratus report recovery`;
    return recovery.instances.length === 0 ? name : `${name}; ${back} instances as they should be${rest}`;
  });
}

/** What takes longer to come back (twenty guests that boot in turn) comes back behind our back. */
const bringBackMs = 15_000;

/** Ends with Ctrl-C. What dies meanwhile is started again. */
async function stayInForeground(home: Home, progress: Progress): Promise<number> {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => stop.abort());
  progress.say('Ctrl-C stops the control plane; instances go on running.');
  while (!stop.signal.aborted) {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, 1_000);
      stop.signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true });
    });
    if (stop.signal.aborted) break;
    for (const name of ['server', 'agent'] as const) ensureLocalDaemon(home, name, program(name, home));
  }
  await stopLocalDaemon(home, 'agent');
  await stopLocalDaemon(home, 'server');
  progress.say(`\nThe control plane of ${home.dir} is stopped; its instances run on. Start again: npm start. Stop all: stratus down.`);
  return 0;
}
