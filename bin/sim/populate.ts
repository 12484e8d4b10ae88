import { createHash } from 'node:crypto';
import { systemCaller } from '../../src/control/admission.ts';
import { createResources } from '../../src/control/requests.ts';
import { limits } from '../../src/core/limits.ts';
import type { Resource } from '../../src/core/resource.ts';
import { GiB, minutes, seconds } from '../../src/core/units.ts';
import { instantPace } from '../../src/drivers/sim/sim-faults.ts';
import type { SimMachine } from '../../src/drivers/sim/sim-host.ts';
import { hostKind, type Host } from '../../src/kinds/host/host.ts';
import type { Instance } from '../../src/kinds/instance/instance.ts';
import { instanceState, type InstanceState } from '../../src/kinds/instance/instance.state.ts';
import type { LivedClock } from './lived-clock.ts';
import type { SimCloud } from './sim-cloud.ts';

/** As a lab buys them: over the years, each as large as the money of that year. */
const bought: readonly (Pick<SimMachine, 'vcpus' | 'memoryMib'> & { diskGib: number })[] = [
  { vcpus: 32, memoryMib: 131_072, diskGib: 4_000 },
  { vcpus: 16, memoryMib: 65_536, diskGib: 2_000 },
  { vcpus: 64, memoryMib: 262_144, diskGib: 8_000 },
  { vcpus: 8, memoryMib: 32_768, diskGib: 1_000 },
  { vcpus: 16, memoryMib: 65_536, diskGib: 2_000 },
];

/** Machines of different sizes, with room for the instances: for very many of them the machines are larger. */
export function labMachines(count: number, instances: number): SimMachine[] {
  const roomMib = bought.slice(0, count).reduce((sum, each) => sum + each.memoryMib, 0) * Math.max(1, Math.floor(count / bought.length));
  const times = Math.max(1, Math.ceil((instances * 2_048) / roomMib));
  return Array.from({ length: count }, (_, index) => {
    const { vcpus, memoryMib, diskGib } = bought[index % bought.length] as (typeof bought)[number];
    return { name: `node-${index + 1}`, vcpus: vcpus * times, memoryMib: memoryMib * times, diskBytes: diskGib * times * GiB };
  });
}

interface Guest {
  readonly name: string;
  readonly project: string;
  readonly image: string;
  readonly type: string;
  readonly description?: string;
  /** What becomes of it; `running` where absent. */
  readonly ends?: 'stopped' | 'paused' | 'suspended' | 'crashed' | 'crashing' | 'stopping' | 'new';
}

const guests: readonly Guest[] = [
  { name: 'gateway', project: 'default', image: 'debian-12', type: 'm1.small', description: 'The way in from outside' },
  { name: 'wiki', project: 'default', image: 'debian-12', type: 'm1.medium', description: 'Where the lab writes things down' },
  { name: 'build', project: 'default', image: 'debian-12', type: 'm1.xlarge', ends: 'stopped' },
  { name: 'photometry', project: 'night-sky', image: 'debian-12', type: 'm1.xlarge', description: 'Light curves of the northern field' },
  { name: 'frames-db', project: 'night-sky', image: 'debian-12', type: 'm1.large' },
  {
    name: 'stacking',
    project: 'night-sky',
    image: 'debian-12',
    type: 'c1.xlarge',
    ends: 'crashing',
    description: 'Runs out of memory on large frames',
  },
  { name: 'old-pipeline', project: 'night-sky', image: 'debian-12', type: 'm1.large', ends: 'suspended' },
  { name: 'assembly', project: 'genomes', image: 'debian-12', type: 'c1.xlarge', description: 'Assembles the reads of last week' },
  { name: 'blast', project: 'genomes', image: 'debian-12', type: 'c1.xlarge', ends: 'crashed' },
  { name: 'reads-db', project: 'genomes', image: 'debian-12', type: 'm1.large', ends: 'stopping' },
  { name: 'notebook', project: 'genomes', image: 'debian-12', type: 'm1.medium', ends: 'paused' },
  ...['ada', 'blaise', 'emmy', 'grace', 'henri', 'maryam', 'sofia'].map((student, index) => ({
    name: `${student}-exercise`,
    project: 'teaching',
    image: 'tiny',
    type: index % 3 === 2 ? 'm1.small' : 't1.micro',
    ...(index === 4 ? { ends: 'stopped' as const } : {}),
  })),
  { name: 'exam', project: 'teaching', image: 'tiny', type: 't1.micro', ends: 'stopped' },
  ...['scratch-1', 'scratch-2', 'scratch-3', 'scratch-4'].map((name) => ({ name, project: 'default', image: 'tiny', type: 't1.micro' })),
  { name: 'newcomer', project: 'default', image: 'debian-12', type: 'm1.small', ends: 'new', description: 'Asked for a moment ago' },
];

/**
 * What a lab might have: projects, keys, images, hosts of which one is cordoned and one lost, machines in all sorts of
 * states. All of it happens in the clock's past, which it uses up to its last minute; what is to be seen under way is left so.
 */
export async function populate(cloud: SimCloud, clock: LivedClock, instances: number): Promise<void> {
  const lab = new Lab(cloud, clock);
  await lab.begin();
  await lab.images();
  await lab.machines(guests.slice(0, instances));
  await lab.crowd(instances - guests.length);
  await lab.hosts();
  if (clock.pastLeftMs > 0) await lab.end();
}

class Lab {
  readonly #cloud: SimCloud;
  readonly #clock: LivedClock;
  readonly #projects = new Map<string, string>();

  constructor(cloud: SimCloud, clock: LivedClock) {
    this.#cloud = cloud;
    this.#clock = clock;
  }

  /** Hosts, projects, keys. */
  async begin(): Promise<void> {
    const all = this.#cloud.hostNames.length;
    await this.#until(async () => ((await this.#cloud.records('host')) as Host[]).filter((host) => hostKind.state(host) === 'online').length === all);
    const about = { 'night-sky': 'Survey of the northern field', genomes: 'Sequencing and assembly', teaching: 'Exercises of the spring course' };
    for (const [name, description] of Object.entries(about)) await this.#ask(this.#cloud.create('project', name, { description }));
    for (const { id, name } of await this.#cloud.records('project')) {
      this.#projects.set(name, id);
      await this.#ask(this.#cloud.create('ssh-key', 'laptop', { publicKey: publicKey(name, 'laptop') }, id));
    }
    await this.#ask(this.#cloud.create('ssh-key', 'robot', { publicKey: publicKey('default', 'robot') }, this.#project('default')));
  }

  async images(): Promise<void> {
    const sha256 = createHash('sha256').update('an image of somebody else').digest('hex');
    const from = (name: string) => ({ type: 'url', url: `https://images.example.org/${name}.qcow2`, checksum: { algorithm: 'sha256', hex: sha256 } });
    const recipe = (name: string) => ({ type: 'recipe', recipe: name });
    await this.#ask(
      this.#cloud.create('image', 'tiny', { public: true, source: recipe('tiny'), description: 'Up in seconds; for tests and rescue' }),
    );
    await this.#ask(
      this.#cloud.create('image', 'debian-12', {
        public: true,
        source: recipe('debian-12'),
        description: 'Debian 12 with everything that a cloud expects',
      }),
    );
    await this.#ask(
      this.#cloud.create('image', 'alpine-3.22', { public: true, source: from('alpine'), description: 'Small and quick', loginUser: 'alpine' }),
    );
    await this.#ask(this.#cloud.create('image', 'windows-95', { public: true, source: from('bad-windows-95'), description: 'For nostalgia' }));
    await this.#until(async () =>
      (await this.#cloud.records('image')).every((image) => waits(image) === null || waits(image)?.code === 'import-failed'),
    );
  }

  async machines(wanted: readonly Guest[]): Promise<void> {
    const { world } = this.#cloud;
    for (const guest of wanted.filter(({ ends }) => ends !== 'new')) {
      const usual = world.faults;
      if (guest.ends === 'stopping') world.faults = { ...usual, ignoresPowerButton: 1 };
      await this.#launch(guest);
      await this.#until(async () => (await this.#state(guest)) === 'running');
      world.faults = usual;
      await this.#clock.pass(90 * seconds);
      await this.#finish(guest);
    }
    for (const guest of wanted) if (guest.ends === 'crashing') this.#crashAgainAndAgain(await this.#find(guest));
  }

  /** So many more, that all run: for seeing what a large cloud is like. */
  async crowd(count: number): Promise<void> {
    if (count <= 0) return;
    const { control, world } = this.#cloud;
    const usual = world.pace;
    world.pace = instantPace;
    const project = this.#project('default');
    for (let first = 1; first <= count; first += 100) {
      const inputs = Array.from({ length: Math.min(100, count - first + 1) }, (_, index) => ({
        name: `many-${String(first + index).padStart(5, '0')}`,
        project,
        labels: {},
        body: { image: 'tiny', type: 't1.micro' },
      }));
      await this.#ask(createResources(control, control.slice('instance'), systemCaller, inputs));
    }
    const isRunning = (each: Resource) => each.name.startsWith('many-') && instanceState(each as Instance) === 'running';
    await this.#until(async () => (await this.#cloud.records('instance')).filter(isRunning).length === count);
    world.pace = usual;
  }

  /** One gets nothing new; another, and what runs there, has not been heard of for a while. */
  async hosts(): Promise<void> {
    const instances = (await this.#cloud.records('instance')) as Instance[];
    const special = new Set(guests.filter(({ ends = 'stopped' }) => !['stopped', 'crashed'].includes(ends)).map(({ name }) => name));
    const shows = (host: Resource) => instances.filter((each) => each.spec.host === host.id && special.has(each.name)).length;
    const hosts = await this.#cloud.records('host');
    // The one whose machines have least to show.
    const lost = hosts.toSorted((a, b) => shows(b) - shows(a)).at(-1);
    const cordoned = hosts.findLast((host) => host !== lost);
    if (hosts.length < 3 || lost === undefined || cordoned === undefined || instances.length === 0) return;
    await this.#ask(this.#cloud.update('host', cordoned.id, { body: { schedulable: false } }));
    this.#cloud.crashAgent(lost.name, 'down');
  }

  /** The last moment before somebody looks. */
  async end(): Promise<void> {
    await this.#clock.pass(Math.max(0, this.#clock.pastLeftMs - 5 * seconds));
    for (const instance of await this.#cloud.records('instance')) {
      if (guests.find(({ ends, name }) => ends === 'stopping' && name === instance.name) === undefined) continue;
      await this.#ask(this.#cloud.verb('instance', instance.id, 'stop', { timeoutSeconds: limits.stopTimeoutSecondsMax }));
    }
    await this.#clock.pass(Math.max(0, this.#clock.pastLeftMs - 500));
    const newcomer = guests.find((guest) => guest.ends === 'new');
    if (newcomer === undefined || (await this.#cloud.records('instance')).length < guests.length - 1) return;
    await this.#launch(newcomer);
  }

  async #finish(guest: Guest): Promise<void> {
    const { id } = await this.#find(guest);
    const verb = (name: string, body?: object) => this.#ask(this.#cloud.verb('instance', id, name, body));
    switch (guest.ends) {
      case 'stopped':
        await verb('stop');
        return this.#until(async () => (await this.#state(guest)) === 'stopped');
      case 'paused':
        return verb('pause').then(() => undefined);
      case 'suspended':
        return verb('suspend').then(() => undefined);
      case 'crashed':
        this.#crash(id);
        return this.#until(async () => (await this.#state(guest)) === 'failed');
      default:
    }
  }

  #crash(id: string): void {
    for (const host of this.#cloud.world.hosts.values()) host.domains.get(id)?.endByItself('crashed');
  }

  /** Its restart policy starts it again, at longer and longer intervals. */
  #crashAgainAndAgain({ id }: Resource): void {
    this.#clock.after(20 * seconds, () => {
      this.#crash(id);
      this.#crashAgainAndAgain({ id } as Resource);
    });
  }

  #launch({ name, project, image, type, description, ends }: Guest): Promise<Resource> {
    const body = {
      image,
      type,
      keys: ['laptop'],
      ...(description === undefined ? {} : { description }),
      ...(ends === 'crashed' ? { restartPolicy: 'never' } : {}),
    };
    return this.#ask(this.#cloud.create('instance', name, body, this.#project(project)));
  }

  #find({ name, project }: Guest): Promise<Resource> {
    return this.#cloud.find('instance', name, this.#project(project));
  }

  async #state(guest: Guest): Promise<InstanceState> {
    return instanceState((await this.#find(guest)) as Instance);
  }

  #project(name: string): string {
    const id = this.#projects.get(name);
    if (id === undefined) throw new Error(`no project ${name}`);
    return id;
  }

  /** What is asked for may need time to be answered. */
  async #ask<T>(answer: Promise<T>): Promise<T> {
    let isAnswered = false;
    const noted = answer.finally(() => (isAnswered = true));
    await this.#clock.passUntil(() => isAnswered, 1 * minutes);
    return noted;
  }

  async #until(isSo: () => Promise<boolean>): Promise<void> {
    for (let tries = 0; tries < 2_000; tries++) {
      if (await isSo()) return;
      await this.#clock.pass(250);
    }
    throw new Error('the simulated lab does not come to be as it should');
  }
}

function waits({ status }: Resource): { code: string } | null {
  return (status as { waitingFor: { code: string } | null }).waitingFor;
}

/** Opens nothing: nobody has the other half. */
function publicKey(project: string, name: string): string {
  const field = (bytes: Buffer) => Buffer.concat([Buffer.from([0, 0, 0, bytes.length]), bytes]);
  const point = createHash('sha256').update(`${project}/${name}`).digest();
  return `ssh-ed25519 ${Buffer.concat([field(Buffer.from('ssh-ed25519')), field(point)]).toString('base64')} ada@${name}`;
}
