import { createResources, deleteResource } from '../../src/control/requests.ts';
import { SqliteStore } from '../../src/control/store/sqlite-store.ts';
import { systemCaller } from '../../src/control/admission.ts';
import { nameKey } from '../../src/control/registry.ts';
import type { Resource } from '../../src/core/resource.ts';
import { GiB } from '../../src/core/units.ts';
import { nodeClock } from '../../src/drivers/node-clock.ts';
import { chanceFrom } from '../../src/drivers/sim/random.ts';
import { usualPace } from '../../src/drivers/sim/sim-faults.ts';
import { SimImageContents, SimImageStore } from '../../src/drivers/sim/sim-image-store.ts';
import { SimWorld } from '../../src/drivers/sim/sim-world.ts';
import { bootstrap } from '../../src/kinds/bootstrap.ts';
import { ControlPlane } from '../../src/kinds/control-plane.ts';
import type { HostFacts } from '../../src/kinds/host/host.ts';
import type { Instance } from '../../src/kinds/instance/instance.ts';
import { defaultProjectName } from '../../src/kinds/project/project.ts';

/** What a host of the simulator's has room for, `t1.micro`. */
const instancesPerHost = 480;
const createdAtOnce = 100;

const facts: HostFacts = {
  accelerator: 'kvm',
  acceleratorReason: 'it is simulated',
  cpuModel: 'simulated',
  vcpus: 64,
  memoryMib: 262_144,
  diskTotalBytes: 8_192 * GiB,
  hypervisorVersion: '9.0.0',
  emulatorVersion: '7.2.0',
  firmwares: ['bios', 'uefi', 'uefi-secure'],
  agentVersion: 'simulated',
  bootId: 'simulated',
};

/**
 * A real control plane with simulated hosts that say what agents say. The agents themselves do not run: on
 * a real cloud they take their hosts' processors, here they would take the control plane's.
 */
export class FullCloud {
  readonly control: ControlPlane;
  readonly #store: SqliteStore;
  readonly #hosts: string[] = [];
  #keepSpeaking: NodeJS.Timeout | null = null;

  constructor(databasePath: string) {
    const world = new SimWorld({
      clock: nodeClock,
      chance: chanceFrom('bench'),
      pace: { ...usualPace, copyImage: [0, 0] },
      keepsRuns: false,
    });
    this.#store = new SqliteStore(databasePath);
    this.control = new ControlPlane({ store: this.#store, clock: nodeClock, images: new SimImageStore(world, new SimImageContents()) });
  }

  get store(): SqliteStore {
    return this.#store;
  }

  /** With enough hosts for `instances`; each has its line to the control plane open. */
  async start(instances: number): Promise<void> {
    await bootstrap(this.control, { cidr: '10.64.0.0/10', nat: false });
    await this.control.start();
    // One more than needed: there is always room for what is created in a benchmark.
    for (let number = 1; number <= Math.ceil(instances / instancesPerHost) + 1; number++) {
      const { id } = await this.control.joinHost(`sim${number}`);
      this.#hosts.push(id);
      void hear(this.control.gateway.desired(id, new AbortController().signal));
    }
    await this.#speak();
    this.#keepSpeaking = setInterval(() => void this.#speak(), 10_000);
  }

  /** `instances` of them, which all run. */
  async fill(instances: number): Promise<void> {
    if ((await this.#image()) === null) await this.#makeImage();
    for (let made = 0; made < instances; made += createdAtOnce) {
      const count = Math.min(createdAtOnce, instances - made);
      await this.#runs(await this.#create(made, count));
    }
  }

  /** What was created to measure it goes again, as when its host says that nothing is left of it. */
  async remove(ids: readonly string[]): Promise<void> {
    const gone: Instance[] = [];
    for (const id of ids) gone.push((await deleteResource(this.control, this.control.slice('instance'), systemCaller, id, null)) as Instance);
    await this.#report(gone, () => ({ seen: null, gone: true }));
  }

  async stop(): Promise<void> {
    if (this.#keepSpeaking !== null) clearInterval(this.#keepSpeaking);
    this.control.stop();
    await this.#store.close();
  }

  async #projectId(): Promise<string> {
    const project = await this.control.store.getByKey('project', nameKey(null, defaultProjectName));
    if (project === null) throw new Error('there is no default project');
    return project.id;
  }

  async #image(): Promise<Resource | null> {
    return this.control.store.getByKey('image', nameKey(await this.#projectId(), 'tiny'));
  }

  async #makeImage(): Promise<void> {
    const { control } = this;
    const body = { public: true, source: { type: 'recipe', recipe: 'tiny' } };
    await createResources(control, control.slice('image'), systemCaller, [{ name: 'tiny', project: await this.#projectId(), labels: {}, body }]);
    const isThere = async () => {
      const image = await this.#image();
      return image !== null && control.slice('image').kind.state(image) === 'available';
    };
    while (!(await isThere())) await new Promise((resolve) => setTimeout(resolve, 10));
  }

  async #create(from: number, count: number): Promise<readonly Resource[]> {
    const project = await this.#projectId();
    const body = { image: 'tiny', type: 't1.micro' };
    const inputs = Array.from({ length: count }, (_, index) => ({
      name: `machine-${from + index + 1}`,
      project,
      labels: { owner: `person-${(from + index) % 50}` },
      body,
    }));
    return (await createResources(this.control, this.control.slice('instance'), systemCaller, inputs)).resources;
  }

  async #runs(instances: readonly Resource[]): Promise<void> {
    const now = new Date().toISOString();
    await this.#report(instances as readonly Instance[], ({ spec: { bootSerial } }) => ({
      seen: {
        domain: 'running',
        bootSerial,
        hasSavedState: false,
        rests: false,
        agentConnected: true,
        reachableSince: now,
        startedAt: now,
        restarts: 0,
      },
    }));
  }

  /** What the agents of these instances' hosts say of them. */
  async #report(instances: readonly Instance[], more: (instance: Instance) => object): Promise<void> {
    for (const [host, of] of Map.groupBy(instances, ({ spec }) => spec.host)) {
      const items = of.map((instance) => ({
        kind: 'instance',
        id: instance.id,
        generation: instance.generation,
        status: { ...instance.status, observedGeneration: instance.generation, waitingFor: null, ...more(instance) },
      }));
      await this.control.gateway.report(host, { ...silence, items });
    }
  }

  async #speak(): Promise<void> {
    for (const host of this.#hosts) await this.control.gateway.report(host, { ...silence, items: [] });
  }
}

const silence = { incarnation: 'simulated', facts, diskFreeBytes: 8_000 * GiB, recovery: null };

async function hear(events: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of events) continue;
}
