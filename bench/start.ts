/**
 * From the accepted request to the running domain, beside plain `virsh start` of the same domain, turn and
 * turn about. Needs root; takes about a minute.
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { RealCloud, until } from '../test/real/real-cloud.ts';
import { median, tell, timed } from './measure.ts';

const run = promisify(execFile);
const rounds = Number(process.argv[2] ?? 10);
const cloud = await RealCloud.make();
try {
  await cloud.up('--no-first');
  const { client } = cloud;
  await client.request('POST', '/v1/images', {
    body: { name: 'tiny', source: { type: 'recipe', recipe: 'tiny' } },
    query: { wait: 'settled', timeoutSeconds: 120 },
  });
  const instance = await client.request('POST', '/v1/instances', {
    body: { name: 'bench', image: 'tiny', type: 't1.micro' },
    query: { wait: 'settled', timeoutSeconds: 60 },
  });
  const uri = `qemu:///system?socket=${cloud.home.dir}/libvirt/run/libvirt-sock`;
  const virsh = (...args: string[]) => run('virsh', ['-c', uri, ...args]);
  const state = async () => (await client.request('GET', `/v1/instances/${instance.id}`)).state as string;
  const stopped = async () => {
    if ((await state()) === 'stopped') return;
    await client.request('POST', `/v1/instances/${instance.id}/force-stop`, { query: { wait: 'settled', timeoutSeconds: 60 } });
    await until('stopped', async () => (await state()) === 'stopped');
  };

  const ours: number[] = [];
  const byHand: number[] = [];
  const phases = new Map<string, number[]>();
  for (let round = 0; round < rounds; round++) {
    await stopped();
    const watch = new AbortController();
    const seen = recordPhases(watch.signal);
    ours.push(await timed(() => client.request('POST', `/v1/instances/${instance.id}/start`, { query: { wait: 'settled', timeoutSeconds: 60 } })));
    watch.abort();
    for (const [phase, ms] of await seen) phases.set(phase, [...(phases.get(phase) ?? []), ms]);

    await stopped();
    // The agent would take a domain that it did not start for one that should be off.
    cloud.kill('agent');
    byHand.push(await timed(() => virsh('start', instance.id)));
    await virsh('destroy', instance.id);
    await cloud.up('--no-first');
  }
  const [a, b] = [median(ours), median(byHand)];
  tell('accepted request to running domain', a, b, 'at most 1.15 × virsh start + 100 ms', a <= 1.15 * b + 100);
  process.stdout.write('  where the time goes, since the request (medians):\n');
  phases.set('running', ours);
  for (const [phase, values] of phases) process.stdout.write(`    ${phase.padEnd(24)} ${median(values).toFixed(0).padStart(5)} ms\n`);

  async function recordPhases(signal: AbortSignal): Promise<Map<string, number>> {
    const startedMs = performance.now();
    const times = new Map<string, number>();
    try {
      for await (const event of client.lines('/v1/watch', { query: { kinds: 'instance' }, signal })) {
        if (event.type !== 'put') continue;
        const phase = event.resource.status.waitingFor?.code ?? event.resource.state;
        if (!times.has(phase)) times.set(phase, performance.now() - startedMs);
      }
    } catch {
      // Aborted: all is seen.
    }
    return times;
  }
} finally {
  await cloud.destroy();
}
