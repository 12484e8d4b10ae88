import type { Duplex } from 'node:stream';
import { testCloud, type TestCloud } from '../api/api.fixture.ts';
import { hostSeries, instanceSeries, type Metrics } from '../core/metrics.ts';
import { makeHostAuthority, X509HostAuthority } from '../drivers/certificate/host-authority.ts';
import { HttpLink } from '../drivers/http-link/http-link.ts';
import { nodeClock } from '../drivers/node-clock.ts';
import type { Instance, InstanceStatus } from '../kinds/instance/instance.ts';
import type { Clock } from '../ports/clock.ts';
import type { ChannelRequest } from '../ports/control-link.ts';
import { testNowMs } from './test-world.fixture.ts';

export const hostKey = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ5bmlYdDZ3T0gWg6jQmS9xkXN3v3yqGJ8kYwq2n1b7t';
export const bootLog = `\u001b[1mLinux version 6.1\u001b[0m\r\nbooting …\r\n-----BEGIN SSH HOST KEY KEYS-----\r\n${hostKey} root@guest\r\n-----END SSH HOST KEY KEYS-----\r\nready\u0007\r\n`;

/** The real control plane and API, and a made-up host that does at once what it is asked: what its instances do follows from their names. */
export interface HostedCloud extends TestCloud {
  readonly url: string;
}

export async function hostedCloud(): Promise<HostedCloud> {
  const cloud = await testCloud({ clock: stillClock(), hostAuthority: new X509HostAuthority(await makeHostAuthority('01234567', testNowMs)) });
  const { url } = await cloud.api.listen({ port: 0 });
  if (url === null) throw new Error('the API has no address');
  const stop = new AbortController();
  const link = new HttpLink({ base: url, token: cloud.agentToken });
  void answer(cloud, link, stop.signal);
  return {
    ...cloud,
    url,
    async close() {
      stop.abort();
      link.close();
      await cloud.close();
    },
  };
}

async function answer(cloud: TestCloud, link: HttpLink, signal: AbortSignal): Promise<void> {
  const [{ facts }] = [(await cloud.store.get('host', cloud.host.id))?.status as { facts: unknown }];
  const say = (instance: Instance, status: Partial<InstanceStatus>) =>
    link
      .report({
        incarnation: 'one',
        facts,
        diskFreeBytes: 9e12,
        recovery: {
          startedAt: new Date(testNowMs - 60_000).toISOString(),
          machineRestarted: true,
          settledAfterMs: 12_300,
          instances: [{ id: 'i-made-up', name: 'web', wanted: 'running', found: 'no domain', did: ['prepare', 'start'], settledAfterMs: 12_300 }],
        },
        items: [
          {
            kind: 'instance',
            id: instance.id,
            generation: instance.generation,
            status: { ...instance.status, observedGeneration: instance.generation, waitingFor: null, ...status },
          },
        ],
      })
      .catch(() => undefined);
  try {
    for await (const event of link.watch(signal)) {
      if (event.type === 'open') void open(link, event.channel);
      if (event.type === 'want' && event.kind === 'instance') void live(event.record as Instance, say);
    }
  } catch {
    // The cloud was closed.
  }
}

async function live(instance: Instance, say: (instance: Instance, status: Partial<InstanceStatus>) => Promise<unknown>): Promise<void> {
  const { name, spec, deletedAt } = instance;
  const at = new Date(testNowMs).toISOString();
  if (deletedAt !== null) return void say(instance, { seen: null, gone: true });
  if (name.startsWith('broken') && spec.power === 'running') {
    return void say(instance, {
      failure: {
        code: 'boot',
        reason: 'the firmware found nothing to boot from',
        at,
        consoleTail: ['No bootable device.', 'Press \u001b[7mEsc\u001b[0m'],
      },
    });
  }
  if (name.startsWith('slow') && spec.power === 'stopped') {
    await say(instance, {
      waitingFor: {
        code: 'guest-shutdown',
        reason: 'the guest was asked to power off',
        owner: 'guest',
        since: at,
        deadline: new Date(testNowMs + 90_000).toISOString(),
        next: 'its power is cut',
      },
    });
    if (name.startsWith('slow-for-ever')) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  const domain = { running: 'running', paused: 'paused', stopped: 'stopped', suspended: 'stopped' } as const;
  await say(instance, {
    failure: null,
    seen: {
      domain: domain[spec.power],
      bootSerial: spec.bootSerial,
      hasSavedState: spec.power === 'suspended',
      rests: false,
      agentConnected: false,
      reachableSince: spec.power === 'running' && !name.startsWith('deaf') ? at : null,
      startedAt: spec.power === 'running' ? at : null,
      restarts: 0,
    },
  });
}

async function open(link: HttpLink, channel: ChannelRequest): Promise<void> {
  const stream = await link.channel(channel.session);
  if (channel.stream === 'log') {
    const log = Buffer.from(bootLog);
    const from = channel.offset !== undefined && channel.offset < 0 ? Math.max(0, log.length + channel.offset) : (channel.offset ?? 0);
    stream.end(log.subarray(from, from + (channel.maxBytes ?? log.length)));
  } else if (channel.stream === 'metrics') stream.end(JSON.stringify(madeUpMetrics(channel.instanceId === null)));
  else shout(stream);
}

/** A short history with a gap. */
function madeUpMetrics(isOfHost: boolean): Metrics {
  const names: readonly string[] = isOfHost ? hostSeries : instanceSeries;
  const times = Array.from({ length: 6 }, (_, index) => testNowMs / 1_000 - 60 + index * 10);
  const cpu = [0.1, null, 0.25, 0.5, 1, 0.05];
  return {
    stepSeconds: 10,
    times,
    series: Object.fromEntries(names.map((name) => [name, cpu.map((each) => (each === null || name === 'cpu' ? each : each * 5e8))])),
  };
}

/** A guest whose console answers in capitals, and closes at `bye`. */
function shout(stream: Duplex): void {
  stream.write('guest login: ');
  stream.on('error', () => undefined);
  stream.on('data', (chunk: Buffer) => {
    const text = chunk.toString();
    if (text.includes('bye')) stream.end('BYE\r\n');
    else if (text.includes('cut')) stream.destroy();
    else stream.write(text.toUpperCase());
  });
}

/** Time stands still and chance repeats itself, so that what is printed can be kept; waiting takes real time. */
function stillClock(): Clock {
  let [seed, count] = [1, 0];
  return {
    now: () => testNowMs,
    after: (ms, callback) => nodeClock.after(ms, callback),
    random: () => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647,
    uuid: () => `01fb0000-0000-7000-8000-${(++count).toString(16).padStart(12, '0')}`,
  };
}
