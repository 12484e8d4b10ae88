import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { HostNetworkConfig, Lease } from '../../src/ports/host-network.ts';

const guestProgram = fileURLToPath(new URL('network-guest.ts', import.meta.url));
const driverProgram = fileURLToPath(new URL('network-driver-call.ts', import.meta.url));

export const hostAddress = '198.51.100.1';
export const outsideAddress = '198.51.100.2';
export const elsewhereAddress = '203.0.113.9';
export const metadataAddress = '169.254.169.254';

/** A host, the outside behind its uplink, and guests, each a network namespace; all gone after {@link NetworkWorld.end}. */
export class NetworkWorld {
  readonly dir: string;
  readonly #prefix: string;
  readonly #children: ChildProcess[] = [];
  readonly #namespaces: string[] = [];

  constructor(name: string) {
    this.#prefix = `sn${process.pid}${name}`;
    this.dir = mkdtempSync('/tmp/stratus-net-');
    chmodSync(this.dir, 0o755);
    this.#addNamespace('host');
    this.#addNamespace('outside');
    this.ip('host', 'link', 'add', 'uplink', 'type', 'veth', 'peer', 'name', 'eth0', 'netns', this.netns('outside'));
    this.ip('host', 'addr', 'add', `${hostAddress}/24`, 'dev', 'uplink');
    this.ip('host', 'link', 'set', 'uplink', 'up');
    this.ip('outside', 'link', 'set', 'eth0', 'up');
    for (const address of [`${outsideAddress}/24`, `${metadataAddress}/32`, `${elsewhereAddress}/32`])
      this.ip('outside', 'addr', 'add', address, 'dev', 'eth0');
    this.ip('host', 'route', 'add', 'default', 'via', outsideAddress);
  }

  netns(place: string): string {
    return `${this.#prefix}-${place}`;
  }

  /** Runs a program to its end in a place's network namespace, and only that: /sys stays the machine's. */
  in(place: string, ...argv: [string, ...string[]]): string {
    return execFileSync('nsenter', [`--net=/run/netns/${this.netns(place)}`, ...argv], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  }

  ip(place: string, ...args: string[]): string {
    return this.in(place, '/usr/sbin/ip', ...args);
  }

  nft(...args: string[]): string {
    return this.in('host', '/usr/sbin/nft', ...args);
  }

  /** Packets that a named counter has seen. */
  counted(cloudId: string, family: 'bridge' | 'inet', counter: string): number {
    return Number(/packets (\d+)/.exec(this.nft('list', 'counter', family, `stratus_${cloudId}`, counter))?.[1]);
  }

  /** A guest's power-on as its host sees it: its tap appears on the bridge. */
  plug(place: string, bridge: string, lease: Lease): void {
    this.#addNamespace(place);
    this.ip('host', 'link', 'add', lease.tap, 'type', 'veth', 'peer', 'name', 'eth0', 'address', lease.mac, 'netns', this.netns(place));
    this.ip('host', 'link', 'set', lease.tap, 'master', bridge, 'up');
    this.ip(place, 'link', 'set', 'lo', 'up');
    this.ip(place, 'link', 'set', 'eth0', 'up');
    this.ip(place, 'route', 'add', 'default', 'dev', 'eth0');
  }

  unplug(place: string): void {
    // Devices of a deleted namespace go some time later; this one goes now.
    this.ip(place, 'link', 'del', 'eth0');
    execFileSync('ip', ['netns', 'del', this.netns(place)]);
    this.#namespaces.splice(this.#namespaces.indexOf(this.netns(place)), 1);
  }

  /** What the guest's DHCP client would do with its lease. */
  configure(place: string, address: string, router: string | null): void {
    this.ip(place, 'route', 'flush', 'table', 'main');
    this.ip(place, 'addr', 'add', `${address}/20`, 'dev', 'eth0');
    if (router !== null) this.ip(place, 'route', 'add', 'default', 'via', router);
  }

  does<Outcome = string>(place: string, verb: 'dhcp' | 'resolve' | 'tcp' | 'send', ...args: (string | number)[]): Outcome {
    return JSON.parse(this.in(place, process.execPath, guestProgram, verb, ...args.map(String))) as Outcome;
  }

  /** Serves (TCP) or hears (UDP) until the end; `lines` is what it has printed since it was ready. */
  async starts(place: string, verb: 'serve' | 'hear', address: string, port: number): Promise<string[]> {
    const child = this.#spawn(place, [process.execPath, guestProgram, verb, address, String(port)]);
    const lines: string[] = [];
    await new Promise<void>((ready) =>
      createInterface({ input: child.stdout! }).on('line', (line) => (line === 'ready' ? ready() : lines.push(line))),
    );
    return lines;
  }

  agent(cloudId: string, stateDir = `${this.dir}/${cloudId}/network`): Agent {
    return new Agent(this.#spawn('host', [process.execPath, driverProgram, stateDir, cloudId]));
  }

  /** Processes of every dnsmasq that this world's agents have started. */
  dnsmasqs(): number[] {
    const pids = readdirSync('/proc').map(Number).filter(Number.isInteger);
    return pids.filter((pid) => argumentsOf(pid).includes(`--conf-file=${this.dir}/`));
  }

  end(): void {
    for (const child of this.#children) child.kill('SIGKILL');
    for (const pid of this.dnsmasqs()) process.kill(pid, 'SIGKILL');
    for (const netns of this.#namespaces) execFileSync('ip', ['netns', 'del', netns]);
    rmSync(this.dir, { recursive: true, force: true });
  }

  #addNamespace(place: string): void {
    execFileSync('ip', ['netns', 'add', this.netns(place)]);
    this.#namespaces.push(this.netns(place));
    this.ip(place, 'link', 'set', 'lo', 'up');
  }

  #spawn(place: string, argv: string[]): ChildProcess {
    const child = spawn('nsenter', [`--net=/run/netns/${this.netns(place)}`, ...argv], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#children.push(child);
    return child;
  }
}

/** The driver in a process of its own on the host. */
export class Agent {
  readonly process: ChildProcess;
  readonly #lines: AsyncIterator<string>;

  constructor(child: ChildProcess) {
    this.process = child;
    this.#lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
  }

  async call<Answer = null>(verb: string, ...args: unknown[]): Promise<Answer> {
    this.process.stdin!.write(`${JSON.stringify([verb, ...args])}\n`);
    const line = (await this.#lines.next()).value as string | undefined;
    const answer = JSON.parse(line ?? '{"error":"the agent has ended"}') as { value?: Answer; error?: string; name?: string; retry?: string };
    if (answer.error !== undefined) throw Object.assign(new Error(answer.error), { name: answer.name, retry: answer.retry });
    return answer.value as Answer;
  }
}

function argumentsOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

export function networkOf(n: number, change: Partial<HostNetworkConfig> = {}): HostNetworkConfig {
  return {
    networkId: `net-${n}`,
    name: `network ${n}`,
    bridge: `st${n}`,
    cidr: `10.${40 + n}.0.0/20`,
    gateway: `10.${40 + n}.0.1`,
    domain: `cloud${n}.internal`,
    mtuBytes: 1400,
    nat: true,
    ...change,
  };
}

/** The k-th guest of the n-th network. */
export function leaseOf(n: number, k: number, change: Partial<Lease> = {}): Lease {
  const hostname = change.hostname ?? `guest${k}`;
  return {
    instanceId: `i-${n}${k}`,
    mac: `52:54:00:00:0${n}:0${k}`,
    address: `10.${40 + n}.0.1${k}`,
    hostname,
    dnsNames: [hostname, `${hostname}.default`],
    tap: `tap${n}x${k}`,
    ...change,
  };
}
