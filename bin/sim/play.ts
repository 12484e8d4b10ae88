import type { EventRecord, EventSpec } from '../../src/core/event.ts';
import { refusal } from '../../src/core/kind.ts';
import { minutes, seconds } from '../../src/core/units.ts';
import { SimClock } from '../../src/drivers/sim/sim-clock.ts';
import { calm, stormy } from '../../src/drivers/sim/sim-faults.ts';
import { instanceKind, type Instance } from '../../src/kinds/instance/instance.ts';
import { Asked } from './asked.ts';
import { describe, type Happening, type History } from './history.ts';
import { brokenPromises } from './promises.ts';
import { restWithinMs, SimCloud, type SimCloudOptions } from './sim-cloud.ts';

export interface Outcome {
  /** Broken promises, in plain words; empty: all were kept. */
  readonly problems: readonly string[];
  readonly eventsCalled: number;
  /** Simulated time from healing until everything was as asked for, ms. */
  readonly restAfterMs: number;
  readonly granted: number;
  readonly refused: number;
}

export interface PlayOptions extends Pick<SimCloudOptions, 'changeAgentPorts' | 'changeControlStore' | 'changeDoor'> {
  /** What is done to the cloud, and what the world does. */
  readonly tell?: (line: string, nowMs: number) => void;
  readonly onError?: (what: string, error: unknown, nowMs: number) => void;
  /** What the control plane records. */
  readonly onEvent?: (event: EventSpec, nowMs: number) => void;
}

/** How long a cloud at rest is watched for anything that still moves. */
const watchedAtRestMs = 3 * minutes;

/** Plays a life to its end, lets everything heal, and says which promises were broken. */
export async function play(history: History, options: PlayOptions = {}): Promise<Outcome> {
  const clock = new SimClock(history.seed);
  const { tell, onError, onEvent, ...changes } = options;
  let isOver = false;
  const cloud = new SimCloud({
    ...changes,
    clock,
    machines: history.machines,
    startSlots: history.startSlots,
    ...(tell === undefined ? {} : { tell: (line: string) => isOver || tell(line, clock.now()) }),
    ...(onError === undefined ? {} : { onError: (what: string, error: unknown) => isOver || onError(what, error, clock.now()) }),
  });
  if (onEvent !== undefined) void follow(cloud, (event) => onEvent(event, clock.now()));
  const asked = new Asked();
  const outcome = (problems: readonly string[], restAfterMs = 0): Outcome => ({
    problems,
    restAfterMs,
    eventsCalled: clock.eventsCalled,
    granted: asked.granted,
    refused: asked.refused,
  });
  try {
    await cloud.start();
    await clock.run(1 * seconds);
    const project = (await cloud.find('project', 'default')).id;
    await cloud.create('image', 'tiny', { source: { type: 'recipe', recipe: 'tiny' } });
    await clock.run(30 * seconds);
    for (const step of history.steps) {
      tell?.(`— ${describe(step)}`, clock.now());
      await happen(cloud, asked, project, step.what);
      await clock.run(step.thenMs);
    }
    tell?.('— everything heals', clock.now());
    await cloud.heal();
    const healedAtMs = clock.now();
    let problems: string[] = [];
    // Calls that hang end after 30 s, and agents that could not report call again within 10 s.
    for (let waitMs = 45 * seconds; clock.now() - healedAtMs < restWithinMs; waitMs = Math.min(2 * waitMs, 1 * minutes)) {
      await clock.run(waitMs);
      problems = await brokenPromises(cloud, asked);
      if (problems.length === 0) break;
    }
    if (problems.length > 0) return outcome(problems);
    const restAfterMs = clock.now() - healedAtMs;
    return outcome(await restlessness(cloud, asked, clock), restAfterMs);
  } catch (error) {
    return outcome([`the simulation broke: ${error instanceof Error ? error.stack : String(error)}`]);
  } finally {
    isOver = true;
    await cloud.stop();
  }
}

async function follow(cloud: SimCloud, hear: (event: EventSpec) => void): Promise<void> {
  for await (const { kind, resource } of cloud.store.watch(0, new AbortController().signal)) {
    if (kind === 'event' && resource !== null) hear((resource as EventRecord).spec);
  }
}

async function happen(cloud: SimCloud, asked: Asked, project: string, what: Happening): Promise<void> {
  const { clock } = cloud;
  const instances = await cloud.records('instance');
  const target = 'target' in what ? instances[what.target % Math.max(1, instances.length)] : undefined;
  const host = 'host' in what ? (cloud.hostNames[what.host % cloud.hostNames.length] as string) : '';
  const send = (id: string | null, request: () => ReturnType<SimCloud['delete']>) => {
    void asked.send(id, request);
  };
  switch (what.do) {
    case 'create':
      return send(null, () => cloud.create('instance', what.name, what.body, project));
    case 'verb':
      if (target) send(target.id, () => askVerb(cloud, target as Instance, what));
      return;
    case 'update':
      if (target) send(target.id, () => cloud.update('instance', target.id, { body: what.body }));
      return;
    case 'rename':
      if (target) send(target.id, () => cloud.update('instance', target.id, { name: what.name, body: {} }));
      return;
    case 'delete':
      if (target) send(target.id, () => cloud.delete('instance', target.id));
      return;
    case 'control-plane-dies':
      if (what.afterCommits > 0) return cloud.dieAfter('control', 'commits', what.afterCommits);
      cloud.crashControlPlane('down');
      clock.after(what.downMs, () => void cloud.startControlPlane());
      return;
    case 'agent-dies':
      if (what.after !== 'now') return cloud.dieAfter(host, what.after, what.count);
      cloud.crashAgent(host, 'down');
      clock.after(what.downMs, () => cloud.startAgent(host));
      return;
    case 'power-cut':
      cloud.powerCut(host);
      clock.after(what.downMs, () => cloud.powerOn(host));
      return;
    case 'line-cut':
      cloud.partition(host, true);
      clock.after(what.downMs, () => cloud.partition(host, false));
      return;
    case 'guest-ends':
      if (target) for (const each of cloud.world.hosts.values()) each.domains.get(target.id)?.endByItself(what.how);
      return;
    case 'bridge-vanishes':
      for (const network of cloud.world.host(host).networks.values()) network.isUp = false;
      return;
    case 'weather':
      cloud.world.faults = what.is === 'calm' ? calm : stormy;
      return;
    case 'nothing':
  }
}

async function askVerb(cloud: SimCloud, instance: Instance, what: Happening & { readonly do: 'verb' }) {
  const state = instanceKind.state(instance);
  const allowed = Object.keys(instanceKind.verbs).filter((verb) => verb !== 'resize' && refusal(instanceKind, verb, state) === null);
  const isAllowed = what.otherwise === 0 || allowed.length === 0 || refusal(instanceKind, what.verb, state) === null;
  if (isAllowed) return cloud.verb('instance', instance.id, what.verb, what.body);
  return cloud.verb('instance', instance.id, allowed[what.otherwise % allowed.length] as string);
}

/** What still moves in a cloud that is as it was asked for; signs of life of the hosts do not count. */
async function restlessness(cloud: SimCloud, asked: Asked, clock: SimClock): Promise<string[]> {
  const before = await snapshot(cloud);
  await clock.run(watchedAtRestMs);
  const after = await snapshot(cloud);
  const problems = await brokenPromises(cloud, asked);
  for (const [what, value] of before) if (after.get(what) !== value) problems.push(`${what} still changes at rest (${value} → ${after.get(what)})`);
  for (const what of after.keys()) if (!before.has(what)) problems.push(`${what} came to be at rest`);
  if (!cloud.control.isIdle) problems.push('the control plane is not idle at rest');
  return problems;
}

async function snapshot(cloud: SimCloud): Promise<ReadonlyMap<string, number>> {
  const values = new Map([['the world', cloud.world.changes]]);
  for (const [host, ledger] of cloud.ledgers) values.set(`the ledger of ${host}`, await ledger.revision());
  for (const kind of ['instance', 'image', 'network', 'usage', 'project']) {
    for (const record of await cloud.records(kind)) values.set(`${kind} ${record.name}`, record.revision);
  }
  values.set('the number of events', await cloud.store.count('event'));
  return values;
}
