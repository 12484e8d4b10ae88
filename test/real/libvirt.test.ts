import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { procedures } from '../../src/drivers/libvirt/procedures.ts';
import { LibvirtHypervisor } from '../../src/drivers/libvirt/libvirt-hypervisor.ts';
import { domainConfigHash } from '../../src/ports/domain-config-hash.ts';
import type { DomainConfig } from '../../src/ports/hypervisor.ts';
import { CuttingProxy } from './cutting-proxy.ts';
import { LibvirtHost, textOf, until } from './libvirt-host.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let host: LibvirtHost;
let hypervisor: LibvirtHypervisor;
const options = { accelerator: 'tcg', acceleratorReason: 'the test says so' } as const;

beforeAll(() => {
  host = new LibvirtHost();
  host.ensureLibvirt();
  hypervisor = new LibvirtHypervisor({ ...options, socketPath: host.socketPath });
});
afterAll(async () => {
  await hypervisor.close();
  host.remove();
});

async function started(config: DomainConfig, bootSerial = 1): Promise<void> {
  await hypervisor.define(config);
  await hypervisor.start(config.instanceId, bootSerial);
  await until('the guest says that it is up', () => textOf(config.consoleLogPath).endsWith('ok'));
}

async function removed(config: DomainConfig): Promise<void> {
  await hypervisor.destroy(config.instanceId);
  await hypervisor.undefine(config.instanceId);
}

async function says(console: Duplex, text: string): Promise<string> {
  console.write(text);
  let heard = '';
  for await (const chunk of console.iterator({ destroyOnReturn: false })) {
    heard += String(chunk);
    if (heard.includes(text)) return heard;
  }
  return heard;
}

const stateOf = async (id: string) => (await hypervisor.observe(id))?.state;
const guestPid = (id: string): number => host.status().guests.find((guest) => guest.domainName === id)!.process.pid;

test('a guest runs, talks on its console, pauses, goes on, and powers off at its button', async () => {
  const config = host.guest();
  const id = config.instanceId;
  expect(await hypervisor.observe(id)).toBeNull();
  await started(config);
  const running = {
    instanceId: id,
    state: 'running',
    stoppedBecause: null,
    configHash: domainConfigHash(config),
    bootSerial: 1,
    hasSavedState: false,
    agentConnected: false,
  };
  expect(await hypervisor.observe(id)).toEqual(running);
  expect(await hypervisor.list()).toEqual([running]);

  const console = await hypervisor.openSerial(id);
  expect(await says(console, 'a')).toContain('a');
  await hypervisor.pause(id);
  await hypervisor.pause(id);
  expect(await stateOf(id)).toBe('paused');
  await hypervisor.resume(id);
  expect(await says(console, 'b')).toContain('b');
  console.destroy();

  const [stats] = await hypervisor.stats();
  expect(stats).toMatchObject({ instanceId: id, guestUsedBytes: null });
  expect(stats!.cpuTimeNs).toBeGreaterThan(0);
  expect(stats!.rssBytes).toBeGreaterThan(10_000_000);
  expect(stats!.diskReadBytes).toBeGreaterThanOrEqual(512);

  await hypervisor.requestShutdown(id);
  await until('the guest is off', async () => (await stateOf(id)) === 'stopped');
  expect(await hypervisor.observe(id)).toMatchObject({ stoppedBecause: 'shutdown', bootSerial: 1 });
  await hypervisor.undefine(id);
  await hypervisor.undefine(id);
  expect(await hypervisor.observe(id)).toBeNull();
});

test('every action finds its work done the second time', async () => {
  const config = host.guest();
  const id = config.instanceId;
  await started(config);
  const pid = guestPid(id);
  await hypervisor.define(config);
  await hypervisor.start(id, 2);
  await hypervisor.resume(id);
  expect(guestPid(id)).toBe(pid);
  expect(await hypervisor.observe(id)).toMatchObject({ state: 'running', bootSerial: 1 });
  await hypervisor.destroy(id);
  await hypervisor.destroy(id);
  await hypervisor.requestShutdown(id);
  await hypervisor.saveState(id);
  await hypervisor.dropSavedState(id);
  expect(await hypervisor.observe(id)).toMatchObject({ state: 'stopped', stoppedBecause: 'destroyed' });
  await hypervisor.undefine(id);
  await hypervisor.destroy(id);
});

test('saved memory comes back: the guest goes on where it was, under its new boot number', async () => {
  const config = host.guest();
  const id = config.instanceId;
  await started(config);
  await hypervisor.saveState(id);
  expect(await hypervisor.observe(id)).toMatchObject({ state: 'stopped', stoppedBecause: 'saved', hasSavedState: true, bootSerial: 1 });
  await hypervisor.start(id, 2);
  expect(await hypervisor.observe(id)).toMatchObject({ state: 'running', hasSavedState: false, bootSerial: 2 });
  const console = await hypervisor.openSerial(id);
  expect(await says(console, 'c')).toContain('c');
  console.destroy();
  expect(textOf(config.consoleLogPath).match(/ok/g)).toHaveLength(1);

  await hypervisor.saveState(id);
  await hypervisor.dropSavedState(id);
  expect(await hypervisor.observe(id)).toMatchObject({ state: 'stopped', hasSavedState: false });
  await hypervisor.start(id, 3);
  await until('the guest has booted again', () => textOf(config.consoleLogPath).match(/ok/g)?.length === 2);
  await removed(config);
});

test('a changed config of a running guest waits for its next start', async () => {
  const config = host.guest();
  await started(config, 4);
  const larger = { ...config, memoryMib: 80 };
  await hypervisor.define(larger);
  expect(await hypervisor.observe(config.instanceId)).toMatchObject({ state: 'running', bootSerial: 4, configHash: domainConfigHash(larger) });
  expect(host.virsh('dominfo', config.instanceId)).toMatch(/Max memory: +65536 KiB/);
  await hypervisor.destroy(config.instanceId);
  await hypervisor.start(config.instanceId, 5);
  expect(host.virsh('dominfo', config.instanceId)).toMatch(/Max memory: +81920 KiB/);
  await removed(config);
});

test('a guest whose QEMU dies has crashed, which is still known after libvirtd died too', async () => {
  const config = host.guest();
  const id = config.instanceId;
  const seen: string[] = [];
  const stop = hypervisor.onChange((changed) => void seen.push(changed));
  await started(config);
  process.kill(guestPid(id), 'SIGKILL');
  await until('the crash is seen', async () => (await stateOf(id)) === 'stopped');
  expect(await hypervisor.observe(id)).toMatchObject({ stoppedBecause: 'crashed', bootSerial: 1 });
  await until('the reason is kept', () => host.virsh('dumpxml', '--inactive', id).includes(`stopped-because="crashed"`));
  host.killLibvirtd();
  host.ensureLibvirt();
  expect(host.virsh('domstate', '--reason', id)).not.toContain('crashed');
  expect(await hypervisor.observe(id)).toMatchObject({ state: 'stopped', stoppedBecause: 'crashed', bootSerial: 1 });
  expect(seen).toContain(id);
  stop();
  await removed(config);
});

test('the death of libvirtd disturbs no guest, and the driver finds its way back by itself', async () => {
  const config = host.guest();
  const id = config.instanceId;
  await started(config);
  const pid = guestPid(id);
  const seen: string[] = [];
  const stop = hypervisor.onChange((changed) => void seen.push(changed));
  host.killLibvirtd();
  await expect(hypervisor.observe(id)).rejects.toMatchObject({ name: 'DriverError', retry: 'soon' });
  const console = await import('node:net').then((net) => net.connect({ path: config.serialSocketPath }));
  expect(await says(console, 'd')).toContain('d');
  console.destroy();

  host.ensureLibvirt();
  await until('the driver says that anything may have changed', () => seen.includes(id));
  expect(guestPid(id)).toBe(pid);
  expect(await hypervisor.observe(id)).toMatchObject({ state: 'running', bootSerial: 1 });
  seen.length = 0;
  host.virsh('suspend', id);
  await until('a change made by somebody else is pushed', () => seen.includes(id));
  expect(await stateOf(id)).toBe('paused');
  stop();
  await removed(config);
});

/** Every call that changes something while a guest is started, and the calls around it. */
const cuts = [
  { procedure: procedures.domainSetMetadata.number, nth: 1, when: 'before' },
  { procedure: procedures.domainSetMetadata.number, nth: 1, when: 'after' },
  { procedure: procedures.domainCreateWithFlags.number, nth: 1, when: 'before' },
  { procedure: procedures.domainCreateWithFlags.number, nth: 1, when: 'after' },
  { procedure: procedures.domainSetMemoryParameters.number, nth: 1, when: 'before' },
  { procedure: procedures.domainSetMetadata.number, nth: 2, when: 'before' },
  { procedure: procedures.domainSetMetadata.number, nth: 2, when: 'after' },
  { procedure: procedures.domainResume.number, nth: 1, when: 'before' },
  { procedure: procedures.domainResume.number, nth: 1, when: 'after' },
] as const;

test.each(cuts)('a start that is cut off $when call $nth of procedure $procedure is told truly and finished later', async (cut) => {
  const config = host.guest();
  const id = config.instanceId;
  await started(config, 1);
  host.virsh('destroy', id);
  const path = join(host.home, `proxy-${id.slice(-6)}`);
  const proxy = new CuttingProxy(path, host.socketPath, cut);
  const dying = new LibvirtHypervisor({ ...options, socketPath: path });
  await expect(dying.start(id, 2)).rejects.toMatchObject({ name: 'DriverError' });
  proxy.cutAll();
  await dying.close();

  // libvirt may still be about what it was last asked for.
  await until('libvirt has come to rest', async () => !host.virsh('domstate', '--reason', id).includes('starting up'));
  const found = (await hypervisor.observe(id))!;
  const booted = host.virsh('domstate', id).trim() !== 'shut off';
  expect(found).toMatchObject(booted ? { bootSerial: 2, stoppedBecause: null } : { state: 'stopped', bootSerial: 1, stoppedBecause: 'destroyed' });

  await (found.state === 'paused' ? hypervisor.resume(id) : hypervisor.start(id, 2));
  await until('the guest has booted again', () => textOf(config.consoleLogPath).match(/ok/g)?.length === 2);
  host.virsh('destroy', id);
  expect(await hypervisor.observe(id)).toMatchObject({ state: 'stopped', bootSerial: 2 });
  await removed(config);
});

test("other people's domains are neither seen nor touched", async () => {
  const config = host.guest();
  const id = config.instanceId;
  const theirs = new LibvirtHypervisor({ ...options, socketPath: host.socketPath, owner: 'another-cloud' });
  await theirs.define(config);
  expect((await theirs.list()).map((domain) => domain.instanceId)).toEqual([id]);
  expect(await hypervisor.list()).toEqual([]);
  expect(await hypervisor.observe(id)).toBeNull();
  await hypervisor.undefine(id);
  await expect(hypervisor.define(config)).rejects.toThrow("somebody else's");
  await expect(hypervisor.start(id, 1)).rejects.toThrow('not defined on this host');
  await theirs.undefine(id);
  await theirs.close();
});

test('a guest with secure boot has its firmware variables, and they go with it', async () => {
  expect((await hypervisor.info()).firmwares).toContain('uefi-secure');
  const config = host.guest({ firmware: 'uefi-secure', memoryMib: 128 });
  const id = config.instanceId;
  const variables = join(host.home, 'libvirt/lib/qemu/nvram', `${id}_VARS.fd`);
  await hypervisor.define(config);
  await hypervisor.start(id, 1);
  expect(existsSync(variables)).toBe(true);
  await expect(hypervisor.undefine(id)).rejects.toThrow('still running');
  await hypervisor.saveState(id);
  await hypervisor.undefine(id);
  expect(existsSync(variables)).toBe(false);
  expect(execFileSync('find', [join(host.home, 'libvirt'), '-name', `*${id}*.save`], { encoding: 'utf8' })).toBe('');
});

test("both kinds of definition satisfy libvirt's own schema", async () => {
  const { domainXml } = await import('../../src/drivers/libvirt/domain-xml.ts');
  const mark = { owner: 'stratus', configHash: 'x', memoryMib: 64, bootSerial: 0, startingBoot: 0, stoppedBecause: null };
  for (const accelerator of ['tcg', 'kvm'] as const) {
    for (const firmware of ['bios', 'uefi', 'uefi-secure'] as const) {
      const config = host.guest({ accelerator, firmware });
      const xml = domainXml(config, mark, { libvirtVersion: 9_000_000, emulatorPath: null });
      const file = join(host.home, 'domain.xml');
      execFileSync('tee', [file], { input: xml });
      // Here libvirt has no KVM, and says so only after it has found the document valid.
      const answer = (() => {
        try {
          host.virsh('define', '--validate', file);
          return 'valid';
        } catch (error) {
          return String((error as { stderr: unknown }).stderr);
        }
      })();
      expect(answer).toMatch(accelerator === 'tcg' ? 'valid' : /does not support virt type 'kvm'/);
      if (accelerator === 'tcg') host.virsh('undefine', '--nvram', config.instanceId);
    }
  }
});

test('a refusal says in plain words what was being done and when to try again', async () => {
  const config = host.guest({ nics: [{ mac: '52:54:00:00:00:02', bridge: 'no-such-bridge', tap: 'tx', mtuBytes: 1500 }] });
  await hypervisor.define(config);
  await expect(hypervisor.start(config.instanceId, 1)).rejects.toThrow(`libvirt refused to start ${config.instanceId}:`);
  expect(await hypervisor.observe(config.instanceId)).toMatchObject({ state: 'stopped', stoppedBecause: 'failed', bootSerial: 0 });
  await hypervisor.undefine(config.instanceId);
  const nobody = new LibvirtHypervisor({ ...options, socketPath: '/run/stratus-nobody' });
  await expect(nobody.list()).rejects.toMatchObject({ name: 'DriverError', retry: 'soon', message: expect.stringContaining('does not answer') });
});
