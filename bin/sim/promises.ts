import { takenNow } from '../../src/control/usage-recount.ts';
import { sum, usageKind, type UsageRecord } from '../../src/control/usage.ts';
import type { Resource } from '../../src/core/resource.ts';
import { isSettled } from '../../src/core/resource.ts';
import { sameValue } from '../../src/core/same-value.ts';
import type { SimHost } from '../../src/drivers/sim/sim-host.ts';
import type { RunRecord } from '../../src/drivers/sim/sim-world.ts';
import { hostCapacity, type Host } from '../../src/kinds/host/host.ts';
import { instanceState } from '../../src/kinds/instance/instance.state.ts';
import type { Instance } from '../../src/kinds/instance/instance.ts';
import type { Asked } from './asked.ts';
import { allOf, type SimCloud } from './sim-cloud.ts';

/** What is not as it was asked for, in plain words; empty when the world is. Compares with the world, not with our records of it. */
export async function brokenPromises(cloud: SimCloud, asked: Asked): Promise<string[]> {
  const instances = (await cloud.records('instance')) as Instance[];
  const hosts = (await cloud.records('host')) as Host[];
  const hostOf = (instance: Instance) => cloud.world.hosts.get(hosts.find((host) => host.id === instance.spec.host)?.name ?? '');
  return [
    ...asked.missing(instances),
    ...instances.flatMap((instance) => asAsked(cloud, instance, hostOf(instance))),
    ...networksDown(cloud),
    ...leftOver(cloud, instances, hostOf),
    ...(await ledgersDiffer(cloud, instances, hostOf)),
    ...(await usageDiffers(cloud, instances, hosts)),
    ...givenTwice(cloud, instances),
    ...hosts.filter((host) => host.status.lostSince !== null).map((host) => `host ${host.name} is still called lost`),
    ...unjustifiedRuns(cloud, instances, asked),
  ];
}

function asAsked(cloud: SimCloud, instance: Instance, host: SimHost | undefined): string[] {
  const { name, spec, status } = instance;
  if (host === undefined) return [`${name} is on a host that does not exist`];
  if (instance.deletedAt !== null) return [`${name} is still being deleted: ${status.waitingFor?.reason ?? 'nobody says why'}`];
  const problems: string[] = [];
  const say = (problem: string) => problems.push(`${name} (${instanceState(instance)}): ${problem}`);
  const domain = host.domains.get(instance.id);
  const seen = domain?.seen() ?? null;
  const neverRan = status.waitingFor?.code === 'never-ran';
  if (!isSettled(instance) && !neverRan)
    say(`is not settled: generation ${instance.generation}, seen ${status.observedGeneration}, waits for ${status.waitingFor?.reason}`);
  if (status.failure !== null && status.failure.code !== 'guest-crashed') say(`has failed: ${status.failure.reason}`);
  if (status.hostLostSince !== null) say('its host is called lost');
  if ((status.seen?.domain ?? null) !== (seen?.state ?? null)) say(`is told as ${status.seen?.domain}, and is ${seen?.state}`);
  const rests = isRestingRightly(cloud, instance);
  if (spec.power === 'running' || spec.power === 'paused') {
    if (rests) {
      if (domain?.isOn === true) say('runs, and should rest by its restart policy');
    } else if (seen?.state !== spec.power) say(`should be ${spec.power}, and is ${seen?.state ?? 'absent'}`);
    else if (seen.bootSerial !== spec.bootSerial) say(`should be in boot ${spec.bootSerial}, and is in ${seen.bootSerial}`);
    else problems.push(...isConnected(instance, host));
  }
  if (spec.power === 'stopped' && (domain?.isOn === true || domain?.hasSavedState === true)) say('should be off, with nothing saved');
  if (spec.power === 'suspended') {
    if (domain?.isOn === true) say('should be suspended, and is on');
    else if (domain?.hasSavedState !== true && !rests && !neverRan) say('should be suspended, and nothing is saved');
  }
  return problems;
}

/** A running one can be reached: its network is there, and knows it by its present name. */
function isConnected(instance: Instance, host: SimHost): string[] {
  const problems: string[] = [];
  for (const nic of instance.spec.nics) {
    const network = host.networks.get(nic.network);
    const lease = network?.leases.get(nic.mac);
    if (network?.isUp !== true) problems.push(`${instance.name} runs, and its network is down`);
    if (lease?.address !== nic.address) problems.push(`${instance.name} runs without the lease of ${nic.address}`);
    else if (lease.hostname !== instance.name) problems.push(`${instance.name} is still known as ${lease.hostname}`);
  }
  const guestAnswers = host.domains.get(instance.id)?.answersSsh === true;
  if (host.domains.get(instance.id)?.isBooting === true) problems.push(`${instance.name} is still booting`);
  if (guestAnswers && instance.status.seen?.reachableSince == null) problems.push(`${instance.name} answers, and nobody knows`);
  return problems;
}

/** By what really happened: this boot has run, has ended by itself, and its policy lets it be. */
function isRestingRightly(cloud: SimCloud, instance: Instance): boolean {
  const { bootSerial, restartPolicy } = instance.spec;
  const last = cloud.world.runs.findLast((run) => run.instanceId === instance.id && run.bootSerial === bootSerial);
  if (last === undefined || last.end === null || last.end === 'saved' || last.end === 'destroyed') return false;
  if (instance.spec.power === 'suspended') return true;
  return restartPolicy === 'never' || (restartPolicy === 'on-failure' && last.end === 'shutdown');
}

function networksDown(cloud: SimCloud): string[] {
  return [...cloud.world.hosts.values()].flatMap((host) => {
    const networks = [...host.networks.values()];
    return networks.length > 0 && networks.every((network) => network.isUp) ? [] : [`the network of ${host.name} is not set up`];
  });
}

function leftOver(cloud: SimCloud, instances: readonly Instance[], hostOf: (instance: Instance) => SimHost | undefined): string[] {
  const problems: string[] = [];
  const home = new Map(instances.map((instance) => [instance.id, hostOf(instance)]));
  for (const host of cloud.world.hosts.values()) {
    const check = (id: string, what: string) => {
      if (home.get(id) !== host) problems.push(`${what} of ${id} is left on ${host.name} without an owner`);
    };
    for (const id of host.domains.keys()) check(id, 'a domain');
    for (const id of host.disks.keys()) check(id, 'a disk');
    for (const network of host.networks.values()) for (const lease of network.leases.values()) check(lease.instanceId, 'a lease');
  }
  return problems;
}

async function ledgersDiffer(
  cloud: SimCloud,
  instances: readonly Instance[],
  hostOf: (instance: Instance) => SimHost | undefined,
): Promise<string[]> {
  const problems: string[] = [];
  for (const [hostName, ledger] of cloud.ledgers) {
    const wanted = new Map<string, number>();
    for (const entry of (await allOf(ledger, 'wanted')) as Resource<{ record: { id: string; generation: number } }>[]) {
      if (entry.id.startsWith('instance/')) wanted.set(entry.spec.record.id, entry.spec.record.generation);
    }
    for (const instance of instances.filter((each) => hostOf(each)?.name === hostName)) {
      if (wanted.get(instance.id) !== instance.generation)
        problems.push(`${hostName} knows generation ${wanted.get(instance.id) ?? 'none'} of ${instance.name}, and ${instance.generation} is wanted`);
      wanted.delete(instance.id);
    }
    for (const id of wanted.keys()) problems.push(`${hostName} still has ${id} in its ledger`);
    const known = new Set(instances.map(({ id }) => id));
    for (const { id } of await allOf(ledger, 'memory')) {
      const [kind, name = ''] = id.split('/');
      if (kind !== 'host' && !known.has(name)) problems.push(`${hostName} still remembers ${id}`);
    }
  }
  return problems;
}

async function usageDiffers(cloud: SimCloud, instances: readonly Instance[], hosts: readonly Host[]): Promise<string[]> {
  const problems: string[] = [];
  const records = (await cloud.records(usageKind)) as UsageRecord[];
  const told = new Map(records.filter(({ spec }) => Object.keys(spec.amounts).length > 0).map(({ id, spec }) => [id, spec.amounts]));
  const taken = await takenNow(cloud.control);
  for (const { holder } of taken.changed()) {
    const [is, written] = [sum({}, taken.of(holder.id)), told.get(holder.id) ?? {}];
    told.delete(holder.id);
    if (!sameValue(is, written))
      problems.push(`usage of ${holder.kind} ${holder.id} is written as ${JSON.stringify(written)}, and is ${JSON.stringify(is)}`);
  }
  for (const id of told.keys()) problems.push(`usage of ${id} is written, and nothing is taken from it`);
  for (const host of hosts) {
    const mine = instances.filter((instance) => instance.spec.host === host.id);
    const memoryMib = mine.reduce((all, { spec }) => all + spec.memoryMib, 0);
    const { facts } = host.status;
    if (facts !== null && memoryMib > hostCapacity(facts).memoryMib) problems.push(`more memory is promised on ${host.name} than it may promise`);
  }
  return problems;
}

function givenTwice(cloud: SimCloud, instances: readonly Instance[]): string[] {
  const leases = [...cloud.world.hosts.values()].flatMap((host) => [...host.networks.values()].flatMap((network) => [...network.leases.values()]));
  return [
    ...twice(instances.map((instance) => `name ${instance.name}`)),
    ...twice(instances.flatMap((instance) => instance.spec.nics.map((nic) => `address ${nic.address}`))),
    ...twice(leases.map((lease) => `lease of ${lease.address}`)),
  ];
}

function twice(items: readonly string[]): string[] {
  return items.filter((item, index) => items.indexOf(item) !== index).map((item) => `${item} is given twice`);
}

/** Every boot was asked for, or followed an end that its restart policy answers with a start; and one at a time. */
function unjustifiedRuns(cloud: SimCloud, instances: readonly Instance[], asked: Asked): string[] {
  const problems: string[] = [];
  const runsOf = Map.groupBy(cloud.world.runs, (run) => run.instanceId);
  for (const [id, runs] of runsOf) {
    const instance = instances.find((each) => each.id === id);
    const policies = asked.policies.get(id) ?? new Set<string>();
    let before: RunRecord | null = null;
    for (const run of runs) {
      const problem = before === null ? null : unjustified(before, run, policies);
      if (problem !== null) problems.push(`${instance?.name ?? id}: boot ${run.bootSerial} at ${time(run.startedAtMs)} ${problem}`);
      before = run;
    }
    if (instance !== undefined && runs.some((run) => run.bootSerial > instance.spec.bootSerial || run.bootSerial === 0))
      problems.push(`${instance.name} ran a boot that nobody asked for`);
  }
  return problems;
}

function unjustified(before: RunRecord, run: RunRecord, policies: ReadonlySet<string>): string | null {
  if (before.endedAtMs === null || before.endedAtMs > run.startedAtMs) return `began while boot ${before.bootSerial} was running on ${before.host}`;
  if (before.host !== run.host) return `began on ${run.host} after one on ${before.host}`;
  if (run.bootSerial < before.bootSerial) return `came after boot ${before.bootSerial}`;
  if (run.resumed) return before.end === 'saved' && run.bootSerial === before.bootSerial ? null : `went on from memory that was not the last`;
  if (run.bootSerial > before.bootSerial) return null;
  if (before.end === 'saved') return 'began anew though memory was saved';
  if (before.end === 'destroyed') return 'came again after its power was cut by request';
  // Who changed the policy may have had either.
  if (policies.size > 1) return null;
  if (policies.has('never')) return 'came again though its policy is never';
  if (policies.has('on-failure') && before.end === 'shutdown') return 'came again though the guest had powered itself off';
  return null;
}

function time(ms: number): string {
  return new Date(ms).toISOString().slice(11, 23);
}
