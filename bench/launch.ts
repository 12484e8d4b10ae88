/**
 * From the request to an SSH log-in, beside the same image started by hand with QEMU: one at a time, then
 * twenty at once. Usage: bench/launch.ts [IMAGE] [ROUNDS]. Needs root; tiny takes about three minutes.
 */
import { execFile, spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { RealCloud } from '../test/real/real-cloud.ts';
import { median, tell, timed } from './measure.ts';
import { CpuGroup } from './parts/cpu-group.ts';

const run = promisify(execFile);
const [imageName = 'tiny', roundsText = '3'] = process.argv.slice(2);
const rounds = Number(roundsText);
const cloud = await RealCloud.make();
try {
  await cloud.up();
  const { client } = cloud;
  const image = await client.request('POST', '/v1/images', {
    body: { name: `bench-${imageName}`, source: { type: 'recipe', recipe: imageName } },
    query: { wait: 'settled', timeoutSeconds: 600 },
  });
  const stop = async (name: string) => client.request('DELETE', `/v1/instances/${name}`, { query: { wait: 'gone', timeoutSeconds: 60 } });
  await stop('first');
  const type = imageName === 'tiny' ? 't1.micro' : 'c1.medium';
  const body = { image: image.name, type, keys: ['admin'] };

  const ours: number[] = [];
  const byHand: number[] = [];
  let group: CpuGroup | null = null;
  for (let round = 0; round < rounds; round++) {
    const name = `bench-${round}`;
    ours.push(await timed(async () => loggedIn(await client.request('POST', '/v1/instances', { body: { ...body, name } }))));
    group ??= new CpuGroup(cloud.pids('qemu')[0] ?? 0);
    await stop(name);
    byHand.push(await bootByHand(group));
  }
  group?.remove();
  const [a, b] = [median(ours), median(byHand)];
  tell(`${imageName}: request to SSH log-in`, a, b, 'at most 1.15 × the same image by hand', a <= 1.15 * b);

  if (imageName === 'tiny') {
    const alone = a;
    const startedMs = performance.now();
    const { items } = await client.request('POST', '/v1/instances/batch', { body: { ...body, name: 'many', count: 20 } });
    const times: number[] = await Promise.all(items.map(async (instance: Instance) => (await loggedIn(instance), performance.now() - startedMs)));
    tell('twenty at once: the first log-in', Math.min(...times), alone, 'as early as alone, within 1.3 ×', Math.min(...times) <= 1.3 * alone);
    process.stdout.write(
      `  all twenty after ${(Math.max(...times) / 1_000).toFixed(1)} s, the middle one after ${(median(times) / 1_000).toFixed(1)} s\n`,
    );
  }

  async function loggedIn(instance: Instance): Promise<void> {
    for (;;) {
      try {
        await cloud.ssh(instance, 'true');
        return;
      } catch {
        await pause(100);
      }
    }
  }

  /** What an expert would type: overlay, seed, user-mode network with a forwarded port. */
  async function bootByHand(group: CpuGroup): Promise<number> {
    const dir = join(cloud.home.dir, 'by-hand');
    mkdirSync(dir, { recursive: true });
    const at = (file: string) => join(dir, file);
    const base = join(cloud.home.controlDir, 'images', `${image.status.content.sha256}.qcow2`);
    const key = readFileSync(`${cloud.home.adminKey}.pub`, 'utf8').trim();
    writeFileSync(at('meta-data'), `instance-id: hand-${Date.now()}\nlocal-hostname: hand\npublic-keys:\n  - ${key}\n`);
    writeFileSync(at('user-data'), `#cloud-config\nssh_authorized_keys:\n  - ${key}\n`);
    const startedMs = performance.now();
    await run('qemu-img', ['create', '-q', '-f', 'qcow2', '-b', base, '-F', 'qcow2', at('disk.qcow2')]);
    await run('genisoimage', ['-quiet', '-V', 'cidata', '-J', '-r', '-o', at('seed.iso'), at('meta-data'), at('user-data')]);
    const { vcpus, memoryMib } = (await client.request('GET', `/v1/instance-types/${type}`)).spec;
    const kvm = (await client.request('GET', '/v1/hosts')).items[0].status.facts.accelerator === 'kvm';
    const argv = [
      ...[
        'netns',
        'exec',
        cloud.namespace,
        'qemu-system-x86_64',
        '-accel',
        kvm ? 'kvm' : 'tcg,tb-size=64',
        '-M',
        kvm ? 'q35' : 'pc',
        '-cpu',
        kvm ? 'host' : 'Nehalem',
      ],
      ...['-smp', String(vcpus), '-m', String(memoryMib), '-display', 'none', '-serial', 'null', '-monitor', 'none'],
      ...['-drive', `file=${at('disk.qcow2')},format=qcow2,if=virtio`, '-drive', `file=${at('seed.iso')},format=raw,if=virtio,readonly=on`],
      ...['-netdev', 'user,id=n,hostfwd=tcp:127.0.0.1:2222-:22', '-device', 'virtio-net-pci,netdev=n', '-device', 'virtio-rng-pci'],
    ];
    const qemu = spawn('ip', argv, { stdio: 'ignore' });
    group.take(qemu.pid ?? 0);
    const options = ['-o', 'StrictHostKeyChecking=no', '-o', 'UserKnownHostsFile=/dev/null', '-o', 'ConnectTimeout=10', '-p', '2222'];
    for (;;) {
      try {
        await cloud.onMachine('ssh', '-i', cloud.home.adminKey, ...options, `${image.spec.loginUser}@127.0.0.1`, 'true');
        break;
      } catch {
        await pause(100);
      }
    }
    const tookMs = performance.now() - startedMs;
    qemu.kill('SIGKILL');
    await new Promise((resolve) => qemu.on('exit', resolve));
    return tookMs;
  }
} finally {
  await cloud.destroy();
}

interface Instance {
  readonly name: string;
  readonly spec: { readonly nics: { readonly address: string }[]; readonly image: { readonly loginUser: string } };
}
