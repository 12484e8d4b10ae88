import { expect, test } from 'vitest';
import type { KernelModule } from './kernel-modules.ts';
import { loadOrder, moduleName, moduleNeeds, modulesDep } from './kernel-modules.ts';

const modules = new Map<string, KernelModule>(
  [
    ['virtio', 'virtio_ring'],
    ['virtio_ring', ''],
    ['failover', ''],
    ['net_failover', 'failover'],
    ['virtio_net', 'net_failover virtio virtio_ring'],
  ].map(([name = '', needs = '']) => [name, { name, path: `kernel/${name}.ko`, needs: needs === '' ? [] : needs.split(' ') }]),
);

test('a module is loaded after everything that it needs, each once', () => {
  expect(loadOrder(modules, ['virtio_net', 'virtio']).map((module) => module.name)).toEqual([
    'failover',
    'net_failover',
    'virtio_ring',
    'virtio',
    'virtio_net',
  ]);
});

test('a module that this kernel has not is named in the refusal', () => {
  expect(() => loadOrder(modules, ['virtio_mem'])).toThrow('no module virtio_mem');
});

test('modules.dep names after each module what modprobe must load first, nearest last', () => {
  expect(modulesDep(modules, ['net_failover'])).toBe('kernel/failover.ko:\nkernel/net_failover.ko: kernel/failover.ko\n');
});

test('what a module needs is read from its file, with dashes as underscores', () => {
  expect(moduleNeeds(Buffer.from('junk\0license=GPL\0depends=rng-core,virtio\0name=x\0'))).toEqual(['rng_core', 'virtio']);
  expect(moduleNeeds(Buffer.from('junk\0depends=\0'))).toEqual([]);
  expect(moduleNeeds(Buffer.from('junk'))).toEqual([]);
  expect(moduleName('kernel/drivers/char/hw_random/virtio-rng.ko')).toBe('virtio_rng');
});
