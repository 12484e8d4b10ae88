import { Readable } from 'node:stream';
import type { InjectOptions, LightMyRequestResponse } from 'fastify';
import type { Auth } from '../auth/auth.ts';
import { IdentityServices, type IdentityOptions } from '../auth/services.ts';
import { SqliteStore } from '../control/store/sqlite-store.ts';

import { GiB, MiB } from '../core/units.ts';
import { nodeClock } from '../drivers/node-clock.ts';
import { bootstrap } from '../kinds/bootstrap.ts';
import { ControlPlane } from '../kinds/control-plane.ts';
import type { Host, HostFacts } from '../kinds/host/host.ts';
import type { Instance } from '../kinds/instance/instance.ts';
import type { Clock } from '../ports/clock.ts';
import type { ImageStore } from '../ports/image-store.ts';
import { createApi, type Api, type ApiOptions } from './server.ts';

export const imageSha256 = 'ab'.repeat(32);
export const imageContent = Buffer.from('the content of an image, as far as this store knows');

const images: ImageStore = {
  recipes: [
    { name: 'tiny', description: 'Made up', architecture: 'x86_64', diskSizeBytes: 1 * GiB, memoryMibMin: 64, firmware: 'bios', loginUser: 'root' },
  ],
  import: async () => ({ sha256: imageSha256, format: 'qcow2', sizeBytes: 40 * MiB, virtualSizeBytes: 1 * GiB }),
  has: async (sha256) => sha256 === imageSha256,
  read: async (_sha256, offset) => Readable.from([imageContent.subarray(offset)]),
  path: (sha256) => `/images/${sha256}`,
  remove: async () => undefined,
  discardImport: async () => undefined,
  list: async () => ({ images: [imageSha256], imports: [] }),
};

const facts: HostFacts = {
  accelerator: 'kvm',
  acceleratorReason: 'it is a made-up host',
  cpuModel: 'made up',
  vcpus: 64,
  memoryMib: 1024 * 1024,
  diskTotalBytes: 10_000 * GiB,
  hypervisorVersion: '9.0.0',
  emulatorVersion: '7.2.0',
  firmwares: ['bios'],
  agentVersion: '0.1.0',
  bootId: 'boot-1',
};

export interface TestCloud {
  readonly store: SqliteStore;
  readonly cloud: ControlPlane;
  readonly auth: Auth;
  readonly identity: IdentityServices;
  readonly api: Api;
  readonly password: string;
  readonly token: string;
  readonly agentToken: string;
  readonly host: Host;
  /** A request of the administrator's, by token. */
  readonly ask: (method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<LightMyRequestResponse>;
  inject(options: InjectOptions): Promise<LightMyRequestResponse>;
  /** Its host says of the instance that it runs, and answers on its SSH port. */
  runs(id: string): Promise<void>;
  /** Its host says that nothing is left of it. */
  isGone(id: string): Promise<void>;
  close(): Promise<void>;
}

/** A control plane in memory with one host, image `tiny`, and an administrator; no guest anywhere. */
export async function testCloud(
  options: { clock?: Clock; identity?: Partial<IdentityOptions> } & Pick<
    ApiOptions,
    'webDir' | 'ownNames' | 'hostAuthority' | 'callerAuthorities' | 'rates' | 'logger'
  > = {},
): Promise<TestCloud> {
  const clock = options.clock ?? nodeClock;
  const store = new SqliteStore(':memory:');
  const cloud = new ControlPlane({ store, clock, images });
  await bootstrap(cloud, { cidr: '10.99.0.0/16', nat: true });
  await cloud.start();
  const identity = new IdentityServices({ store, clock, feed: cloud.feed, ...options.identity });
  const { auth } = identity;
  const { password } = await auth.ensureAdministrator();
  const token = await auth.createToken({ role: 'administrator', account: 'admin', name: 'tests' });
  const agentToken = await auth.createToken({ role: 'agent', host: 'lab1', name: 'agent of lab1' });
  const { clock: _clock, identity: _identity, ...ofApi } = options;
  const api = createApi({ cloud, identity, version: '0.0.0', ...ofApi });
  await api.app.ready();
  const inject = (request: InjectOptions) => api.app.inject(request);
  const ask: TestCloud['ask'] = (method, path, body, headers = {}) =>
    inject({
      method,
      url: path,
      headers: { authorization: `Bearer ${token}`, ...headers },
      ...(body === undefined ? {} : { payload: body as object }),
    });

  const host = await cloud.joinHost('lab1');
  const report = (items: { id: string; generation: number; status: unknown }[]) =>
    cloud.gateway.report(host.id, {
      incarnation: 'one',
      facts,
      diskFreeBytes: 9_000 * GiB,
      recovery: null,
      items: items.map((item) => ({ kind: 'instance', ...item })),
    });
  await report([]);
  await ask('POST', '/v1/images?wait=settled&timeoutSeconds=10', { name: 'tiny', public: true, source: { type: 'recipe', recipe: 'tiny' } });

  const say = async (id: string, more: (instance: Instance) => object) => {
    const instance = (await store.get('instance', id)) as Instance;
    await report([
      {
        id,
        generation: instance.generation,
        status: { ...instance.status, observedGeneration: instance.generation, waitingFor: null, ...more(instance) },
      },
    ]);
  };
  return {
    store,
    cloud,
    auth,
    identity,
    api,
    password: password ?? '',
    token,
    agentToken,
    host,
    ask,
    inject,
    runs: (id) =>
      say(id, ({ spec: { bootSerial } }) => ({
        seen: {
          domain: 'running',
          bootSerial,
          hasSavedState: false,
          rests: false,
          agentConnected: false,
          reachableSince: new Date().toISOString(),
          startedAt: new Date().toISOString(),
          restarts: 0,
        },
      })),
    isGone: (id) => say(id, () => ({ seen: null, gone: true })),
    async close() {
      cloud.stop();
      await api.close();
      await store.close();
    },
  };
}
