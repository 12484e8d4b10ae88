import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Client } from '../src/cli/client.ts';
import { firstInstance, type First } from '../src/local/first-instance.ts';
import { ensureLocalDaemon, findLocalDaemon, holdInForeground, stopLocalDaemon } from '../src/local/daemon.ts';
import { daemonProgram, ensureCompiled } from '../src/local/daemon-program.ts';
import { defaultHomeDir, readPrivate, type CloudFacts, type Home } from '../src/local/home.ts';
import { Progress } from '../src/local/progress.ts';
import { summary } from '../src/local/summary.ts';
import { untilReady } from '../src/local/until-ready.ts';
import { decideCloud } from './decide-cloud.ts';
import { elsewhere } from './door.ts';
import { homeAt, localCommand } from './local-command.ts';

const help = `Usage: npm start [-- OPTION...]    (or: stratus up [OPTION...])

Brings up a whole cloud on this machine: control plane, host agent, first appliance, first instance. Run
again, it finds its work done. Ctrl-C stops the control plane; instances go on running.

  --home DIR     where everything is kept (default ${defaultHomeDir}, or STRATUS_HOME)
  --port N       where the API listens on 127.0.0.1 (default 7480)
  --listen ADDRESS:PORT  also listens there, with HTTPS, for other machines (such as 0.0.0.0:8443; none: not any more)
  --tls-cert FILE --tls-key FILE  its certificate and key, PEM (default, or --tls-cert none: its own)
  --name NAME    what people call this cloud, such as cloud.example.org (may be repeated)
  --cidr PREFIX  IPv4 prefix of the default network (default: a free one)
  --no-nat       guests do not reach the outside
  --no-first     make no first instance
  --detach       do not stay in the foreground
  --help         this text

  stratus down     stops everything, instances too; the next start brings them back
  stratus destroy  removes everything, and lists it first
`;

export function runUp(args: readonly string[]): Promise<number> {
  return localCommand('up', () => up(args));
}

async function up(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      home: { type: 'string', default: process.env['STRATUS_HOME'] ?? defaultHomeDir },
      port: { type: 'string' },
      listen: { type: 'string' },
      'tls-cert': { type: 'string' },
      'tls-key': { type: 'string' },
      name: { type: 'string', multiple: true },
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
  const home = homeAt(values.home);
  const progress = new Progress();
  const cloud = await decideCloud(home, values, progress);
  const isAlone = [findLocalDaemon(home, 'server'), findLocalDaemon(home, 'agent')].every((each) => each === null);
  if (values.detach) return (await bringUp(home, cloud, values.first, progress)) ? 0 : 1;
  if (isAlone) return inForeground(home, cloud, values.first, progress);
  const isWhole = await bringUp(home, cloud, values.first, progress);
  progress.say('The control plane ran already and runs on without this terminal. Stop all: stratus down.');
  return isWhole ? 0 : 1;
}

/** Finds what runs already. Answers whether all is there: a cloud without its first instance is still a cloud. */
async function bringUp(home: Home, cloud: CloudFacts, withFirst: boolean, progress: Progress, signal?: AbortSignal): Promise<boolean> {
  await progress.step(
    'control plane',
    () => startServer(home, cloud),
    (started) => (started ? `listens on http://127.0.0.1:${cloud.port}` : 'runs already'),
  );
  signal?.throwIfAborted();
  const client = new Client({ url: `unix:${home.serverSocket}`, token: readPrivate(home.adminToken) });
  await progress.step(
    'host agent',
    (tell) => startAgent(home, client, tell),
    (text) => text,
  );
  signal?.throwIfAborted();
  const made: First[] = [];
  const code = withFirst ? await localCommand('up', async () => made.push(await firstInstance(home, client, progress)) - 1) : 0;
  signal?.throwIfAborted();
  progress.say(summary(home, cloud, made[0] ?? null, elsewhere(home, cloud)));
  return code === 0;
}

async function startServer(home: Home, cloud: CloudFacts): Promise<boolean> {
  if (findLocalDaemon(home, 'server') === null) await ensureCompiled();
  const { started } = ensureLocalDaemon(home, 'server', daemonProgram('server', home));
  await untilReady(home, 'server', async () => {
    await new Client({ url: `http://127.0.0.1:${cloud.port}`, token: null }).request('GET', '/v1/health');
    return readPrivate(home.adminToken) !== null && readPrivate(home.agentToken) !== null;
  });
  return started;
}

async function startAgent(home: Home, client: Client, tell: (what: string) => void): Promise<string> {
  const startedAtMs = Date.now();
  const { started } = ensureLocalDaemon(home, 'agent', daemonProgram('agent', home));
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
    return recovery.instances.length === 0 ? name : `${name}; ${back === 1 ? '1 instance as it' : `${back} instances as they`} should be${rest}`;
  });
}

/** What takes longer to come back (twenty guests that boot in turn) comes back behind our back. */
const bringBackMs = 15_000;

/**
 * Until Ctrl-C; what dies meanwhile is started again. A signal that comes twice, from the terminal and through
 * npm, is one wish; what cannot come up at all is not left half started.
 */
async function inForeground(home: Home, cloud: CloudFacts, withFirst: boolean, progress: Progress): Promise<number> {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop.abort());
  const letGo = holdInForeground(home);
  let isUp = false;
  try {
    const untilStopped = new Promise<'stopped'>((resolve) => stop.signal.addEventListener('abort', () => resolve('stopped'), { once: true }));
    const came = await Promise.race([bringUp(home, cloud, withFirst, progress, stop.signal), untilStopped]);
    isUp = came !== 'stopped';
    if (isUp) {
      progress.say('Ctrl-C stops the control plane; instances go on running.');
      await keepUp(home, progress, stop.signal);
    }
  } finally {
    await stopLocalDaemon(home, 'agent');
    await stopLocalDaemon(home, 'server');
    letGo();
  }
  progress.say(`\nThe control plane of ${home.dir} is stopped; its instances run on. Start again: npm start. Stop all: stratus down.`);
  return isUp ? 0 : 130;
}

async function keepUp(home: Home, progress: Progress, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await pause(1_000, undefined, { signal }).catch(() => undefined);
    for (const name of ['server', 'agent'] as const) {
      if (!signal.aborted && ensureLocalDaemon(home, name, daemonProgram(name, home)).started)
        progress.say(`The ${name} had ended and was started again; its last words are in ${home.logFile(name)}.`);
    }
  }
}
