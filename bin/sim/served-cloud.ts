import { duplexPair } from 'node:stream';
import { createApi, type Api } from '../../src/api/server.ts';
import { SecretBox } from '../../src/auth/secret-box.ts';
import { IdentityServices } from '../../src/auth/services.ts';
import { identityDrivers } from '../identity-drivers.ts';
import { Auth } from '../../src/auth/auth.ts';
import { days } from '../../src/core/units.ts';
import { version } from '../../src/version.ts';
import { LivedClock } from './lived-clock.ts';
import { labMachines, populate } from './populate.ts';
import type { SimCloud } from './sim-cloud.ts';
import { simulatedCloud } from './simulated-cloud.ts';

export interface ServedCloudOptions {
  /** 0: any free one. */
  readonly port: number;
  readonly hosts?: number;
  readonly instances?: number;
  /** How long the cloud has been there when it is first looked at, ms. */
  readonly pastMs?: number;
  /** Where the built page lies; absent: the API alone. */
  readonly webDir?: string;
  /** Of the administrator; random where absent. */
  readonly password?: string | undefined;
  readonly onError?: (what: string, error: unknown) => void;
}

/** A simulated lab with its API on 127.0.0.1; the control plane and its API die and come back together, at one address. */
export class ServedCloud {
  readonly cloud: SimCloud;
  readonly #options: ServedCloudOptions;
  #api: Api | null;
  #url = '';
  #password = '';
  /** It outlives the control plane, as the file of a real one does. */
  readonly #box = SecretBox.forThisProcess();

  /** The lab has lived its past, and now lives on by itself. */
  static async open(options: ServedCloudOptions): Promise<ServedCloud> {
    const { hosts = 5, instances = 24, pastMs = 7_200_000, onError } = options;
    const clock = new LivedClock('lab', pastMs);
    let served: ServedCloud | null = null;
    const starting = simulatedCloud({
      hosts: labMachines(hosts, instances),
      clock,
      // Thousands of histories take longer to live through than the cloud itself.
      measuredPastMs: instances > 500 ? null : 30 * days,
      channel: async (session) => {
        const [agentsEnd, apisEnd] = duplexPair();
        served?.api.channels.accept(session, apisEnd);
        return agentsEnd;
      },
      ...(onError === undefined ? {} : { onError }),
    });
    // Starting takes time, and time passes only when told to.
    await clock.pass(1_000);
    const cloud = await starting;
    served = new ServedCloud(cloud, options);
    const auth = new Auth(cloud.store, clock, cloud.control.feed);
    const { password } = await auth.ensureAdministrator('admin', options.password);
    served.#password = password ?? '';
    await populate(cloud, clock, instances);
    await clock.goLive();
    await served.#listen(options.port);
    return served;
  }

  private constructor(cloud: SimCloud, options: ServedCloudOptions) {
    this.cloud = cloud;
    this.#options = options;
    this.#api = this.#createApi();
  }

  get api(): Api {
    if (this.#api === null) throw new Error('the control plane is down');
    return this.#api;
  }

  get url(): string {
    return this.#url;
  }

  /** Of the administrator, `admin`. */
  get password(): string {
    return this.#password;
  }

  /** As by SIGKILL. Stays down until it is started. */
  async stopControlPlane(): Promise<void> {
    const api = this.#api;
    this.#api = null;
    this.cloud.crashControlPlane('down');
    await api?.close();
  }

  /** On the same disk, at the same address: sessions live on. */
  async startControlPlane(): Promise<void> {
    await this.cloud.startControlPlane();
    this.#api = this.#createApi();
    await this.#listen(Number(new URL(this.#url).port));
  }

  async close(): Promise<void> {
    await this.#api?.close();
    this.#api = null;
    await this.cloud.stop();
  }

  #createApi(): Api {
    const { cloud } = this;
    const { webDir } = this.#options;
    const identity = new IdentityServices({
      store: cloud.store,
      clock: cloud.clock,
      feed: cloud.control.feed,
      ...identityDrivers(cloud.clock),
      box: this.#box,
    });
    return createApi({ cloud: cloud.control, identity, version, name: 'lab', ...(webDir === undefined ? {} : { webDir }) });
  }

  async #listen(port: number): Promise<void> {
    const { url } = await this.api.listen({ port });
    this.#url = url ?? '';
  }
}
