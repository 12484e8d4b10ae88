import { systemCaller } from '../../src/control/admission.ts';
import { find, createResources, deleteResource, runVerb, updateResource, type Answer, type UpdateInput } from '../../src/control/requests.ts';
import { nameKey } from '../../src/control/registry.ts';
import { SqliteStore } from '../../src/control/store/sqlite-store.ts';
import type { Store } from '../../src/control/store/store.ts';
import type { Resource } from '../../src/core/resource.ts';
import { seconds } from '../../src/core/units.ts';
import { Life } from '../../src/drivers/sim/fence.ts';
import { SimClock } from '../../src/drivers/sim/sim-clock.ts';
import { calm, type SimFaults, type SimPace } from '../../src/drivers/sim/sim-faults.ts';
import type { SimMachine } from '../../src/drivers/sim/sim-host.ts';
import { SimRingFiles } from '../../src/drivers/sim/sim-ring-files.ts';
import { SimImageContents, SimImageStore } from '../../src/drivers/sim/sim-image-store.ts';
import { SimLine, type ControlDoor } from '../../src/drivers/sim/sim-link.ts';
import { SimWorld } from '../../src/drivers/sim/sim-world.ts';
import { bootstrap } from '../../src/kinds/bootstrap.ts';
import { defaultProjectName } from '../../src/kinds/project/project.ts';
import { ControlPlane } from '../../src/kinds/control-plane.ts';
import type { Clock } from '../../src/ports/clock.ts';
import { measuredPast } from './measured-past.ts';
import { restartDelayMs, SimAgent, type AgentPorts } from './sim-agent.ts';

export interface SimCloudOptions {
  readonly clock: Clock;
  readonly machines: readonly SimMachine[];
  readonly faults?: SimFaults;
  readonly pace?: SimPace;
  readonly startSlots?: number;
  readonly cidr?: string;
  readonly chance?: () => number;
  readonly keepsRuns?: boolean;
  /** Hosts measure what runs on them, and already have so much of a history, ms; absent: they do not, which is cheaper. */
  readonly measuredPastMs?: number;
  readonly tell?: (line: string) => void;
  /** Puts something else in the place of an agent's ports: how bugs are planted. */
  readonly changeAgentPorts?: (ports: AgentPorts, hostName: string) => AgentPorts;
  readonly changeControlStore?: (store: Store) => Store;
  /** Puts what administrators decide into a control plane, at each of its starts. */
  readonly govern?: (control: ControlPlane) => void;
  readonly changeDoor?: (door: ControlDoor) => ControlDoor;
  readonly onError?: (what: string, error: unknown) => void;
}

interface ControlLife {
  readonly life: Life;
  readonly control: ControlPlane;
  dieAfterCommits: number | null;
}

/**
 * A whole cloud without a real machine: the control plane and an agent per host, as they are, over
 * simulated drivers. Processes crash, hosts lose power, lines break, when told to.
 */
export class SimCloud {
  readonly options: SimCloudOptions;
  readonly clock: Clock;
  readonly world: SimWorld;
  /** The control plane's disk. */
  readonly store = new SqliteStore(':memory:');
  readonly imageContents = new SimImageContents();
  readonly ledgers = new Map<string, SqliteStore>();
  /** History of what each host has measured. */
  readonly ringFiles = new Map<string, SimRingFiles>();
  readonly lines = new Map<string, SimLine>();
  readonly #agents = new Map<string, SimAgent>();
  /** Processes that stay down until they are told to start. */
  readonly #keptDown = new Set<string>();
  #control: ControlLife | null = null;

  constructor(options: SimCloudOptions) {
    this.options = options;
    this.clock = options.clock;
    this.world = new SimWorld({
      clock: options.clock,
      chance: options.chance ?? (options.clock instanceof SimClock ? options.clock.chance('world') : () => options.clock.random()),
      ...(options.faults === undefined ? {} : { faults: options.faults }),
      ...(options.pace === undefined ? {} : { pace: options.pace }),
      ...(options.keepsRuns === undefined ? {} : { keepsRuns: options.keepsRuns }),
      ...(options.tell === undefined ? {} : { tell: options.tell }),
    });
    for (const machine of options.machines) {
      const host = this.world.addHost(machine);
      this.lines.set(machine.name, new SimLine());
      this.ledgers.set(machine.name, new SqliteStore(':memory:'));
      if (options.measuredPastMs !== undefined)
        this.ringFiles.set(machine.name, new SimRingFiles(measuredPast(host, this.clock, options.measuredPastMs)));
    }
  }

  /** The control plane that runs now. Throws when none does. */
  get control(): ControlPlane {
    if (this.#control === null) throw new Error('the control plane is down');
    return this.#control.control;
  }

  get isControlUp(): boolean {
    return this.#control !== null;
  }

  get hostNames(): string[] {
    return [...this.world.hosts.keys()];
  }

  /** Everything starts; resolves when the control plane is up. */
  async start(): Promise<void> {
    await this.startControlPlane();
    for (const name of this.hostNames) this.startAgent(name);
  }

  async startControlPlane(): Promise<void> {
    if (this.#control !== null) return;
    this.#keptDown.delete('control');
    const life = new Life();
    const { changeControlStore = (store: Store) => store, changeDoor = (door: ControlDoor) => door, onError } = this.options;
    const store = life.fence(changeControlStore(this.store), (method) => this.#afterControlStore(method));
    const clock = life.clock(this.clock);
    const images = life.fence(new SimImageStore(this.world, this.imageContents));
    const control = new ControlPlane({
      store,
      clock,
      images,
      ...(onError === undefined ? {} : { onError: (what: string, error: unknown) => !life.isOver && onError(what, error) }),
    });
    this.options.govern?.(control);
    this.#control = { life, control, dieAfterCommits: null };
    await bootstrap(control, { cidr: this.options.cidr ?? '10.42.0.0/20', nat: false });
    await control.start();
    if (life.isOver) return;
    const door: ControlDoor = changeDoor({
      joinHost: (name) => control.joinHost(name),
      desired: (hostId, signal) => control.gateway.desired(hostId, signal),
      report: (hostId, report) => control.gateway.report(hostId, report),
    });
    for (const line of this.lines.values()) line.door = door;
  }

  /** SIGKILL. Starts again a second later, unless it is kept down. */
  crashControlPlane(stays: 'down' | 'restarts' = 'restarts'): void {
    if (stays === 'down') this.#keptDown.add('control');
    if (this.#control === null) return;
    const { life, control } = this.#control;
    this.#control = null;
    life.end();
    for (const line of this.lines.values()) {
      line.door = null;
      line.breakCalls();
    }
    control.stop();
    this.world.tell('the control plane dies');
    this.clock.after(restartDelayMs, () => {
      if (!this.#keptDown.has('control')) void this.startControlPlane();
    });
  }

  startAgent(hostName: string): void {
    this.#keptDown.delete(hostName);
    const host = this.world.host(hostName);
    if (!host.hasPower || this.#agents.has(hostName)) return;
    const { startSlots, changeAgentPorts, onError } = this.options;
    this.#agents.set(
      hostName,
      new SimAgent({
        clock: this.clock,
        host,
        line: this.lines.get(hostName) as SimLine,
        store: this.ledgers.get(hostName) as Store,
        ringFiles: this.ringFiles.get(hostName) ?? null,
        startSlots: startSlots ?? Math.max(1, host.machine.vcpus * 2),
        ...(changeAgentPorts === undefined ? {} : { change: (ports: AgentPorts) => changeAgentPorts(ports, hostName) }),
        ...(onError === undefined ? {} : { onError: (what: string, error: unknown) => onError(what, error) }),
        onDeath: () => this.crashAgent(hostName),
      }),
    );
  }

  crashAgent(hostName: string, stays: 'down' | 'restarts' = 'restarts'): void {
    if (stays === 'down') this.#keptDown.add(hostName);
    const agent = this.#agents.get(hostName);
    if (agent === undefined) return;
    this.#agents.delete(hostName);
    agent.crash();
    this.world.tell(`the agent of ${hostName} dies`);
    this.clock.after(restartDelayMs, () => {
      if (!this.#keptDown.has(hostName)) this.startAgent(hostName);
    });
  }

  /** The process dies right after this many further commits or changes of the world. */
  dieAfter(process: string, what: 'commits' | 'changes', count: number): void {
    if (process !== 'control') this.#agents.get(process)?.dieAfter(what, count);
    else if (this.#control !== null) this.#control.dieAfterCommits = count;
  }

  powerCut(hostName: string): void {
    this.#agents.get(hostName)?.loseMachine();
    this.#agents.delete(hostName);
    this.world.host(hostName).powerCut();
  }

  powerOn(hostName: string): void {
    this.world.host(hostName).powerOn();
    if (!this.#keptDown.has(hostName)) this.startAgent(hostName);
  }

  /** The disk of an agent that is down is replaced by an empty one. */
  async loseLedger(hostName: string): Promise<void> {
    await this.ledgers.get(hostName)?.close();
    this.ledgers.set(hostName, new SqliteStore(':memory:'));
    this.world.tell(`${hostName} loses its ledger`);
  }

  partition(hostName: string, isPartitioned: boolean): void {
    const line = this.lines.get(hostName) as SimLine;
    if (line.isPartitioned === isPartitioned) return;
    line.partition(isPartitioned);
    this.world.tell(`the line to ${hostName} ${isPartitioned ? 'is cut' : 'is back'}`);
  }

  /** Nothing goes wrong any more, and everything that was down comes up. */
  async heal(): Promise<void> {
    this.world.faults = calm;
    for (const host of this.world.hosts.values()) for (const domain of host.domains.values()) domain.calmDown();
    this.#keptDown.clear();
    for (const name of this.hostNames) this.partition(name, false);
    if (this.#control !== null) this.#control.dieAfterCommits = null;
    for (const agent of this.#agents.values()) agent.spare();
    await this.startControlPlane();
    for (const name of this.hostNames) this.powerOn(name);
    for (const name of this.hostNames) this.startAgent(name);
  }

  /** The end of the simulation. */
  async stop(): Promise<void> {
    for (const [name, agent] of this.#agents) {
      this.#keptDown.add(name);
      agent.crash();
    }
    this.#agents.clear();
    this.crashControlPlane('down');
    await this.store.close();
    for (const ledger of this.ledgers.values()) await ledger.close();
  }

  // What users ask for. Refusals throw; a request at a control plane that dies is never answered.

  /** `project`: the default one where absent. */
  async create(kind: string, name: string, body: unknown, project?: string): Promise<Resource> {
    const control = this.control;
    const input = { name, project: project ?? (await this.#projectFor(kind)), labels: {}, body };
    return first(await createResources(control, control.slice(kind), systemCaller, [input]));
  }

  async verb(kind: string, id: string, verb: string, body?: unknown): Promise<Resource> {
    const control = this.control;
    return runVerb(control, control.slice(kind), systemCaller, id, verb, body, null);
  }

  async update(kind: string, id: string, input: UpdateInput): Promise<Resource> {
    const control = this.control;
    return updateResource(control, control.slice(kind), systemCaller, id, input, null);
  }

  async delete(kind: string, id: string): Promise<Resource | null> {
    const control = this.control;
    return deleteResource(control, control.slice(kind), systemCaller, id, null);
  }

  async find(kind: string, ref: string, project?: string): Promise<Resource> {
    const control = this.control;
    return find(control, control.slice(kind), ref, project ?? (await this.#projectFor(kind)));
  }

  /** All records of a kind, straight from the control plane's disk. */
  async records(kind: string): Promise<Resource[]> {
    return allOf(this.store, kind);
  }

  async #projectFor(kind: string): Promise<string | null> {
    if (this.control.registry.get(kind).scope === 'cloud') return null;
    return (await this.store.getByKey('project', nameKey(null, defaultProjectName)))?.id ?? null;
  }

  #afterControlStore(method: string): void {
    const current = this.#control;
    if (method !== 'commit' || current === null || current.dieAfterCommits === null || current.dieAfterCommits-- > 1) return;
    current.dieAfterCommits = null;
    this.crashControlPlane();
  }
}

function first({ resources }: Answer): Resource {
  const [resource] = resources;
  if (resource === undefined) throw new Error('an answer without a resource');
  return resource;
}

export async function allOf(store: Store, kind: string): Promise<Resource[]> {
  const items: Resource[] = [];
  let cursor: string | undefined;
  do {
    const page = await store.list({ kind, limit: 1_000, cursor });
    items.push(...page.items);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return items;
}

/** How long a cloud may take to come to rest after everything has healed: restart intervals and back-off included. */
export const restWithinMs = 1_800 * seconds;
