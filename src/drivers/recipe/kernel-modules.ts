import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { DriverError } from '../../core/driver-error.ts';

/** A kernel module file: its name as other modules call it, and what must be loaded before it. */
export interface KernelModule {
  readonly name: string;
  /** Relative to the folder of modules, e.g. `kernel/drivers/net/virtio_net.ko`. */
  readonly path: string;
  readonly needs: readonly string[];
}

/** The modules a name stands for, in an order in which they can be inserted one by one. */
export function loadOrder(modules: ReadonlyMap<string, KernelModule>, wanted: readonly string[]): KernelModule[] {
  const order: KernelModule[] = [];
  const seen = new Set<string>();
  const visit = (name: string) => {
    if (seen.has(name)) return;
    seen.add(name);
    const module = modules.get(name);
    if (module === undefined) throw new DriverError(`the kernel has no module ${name}`, { retry: 'never' });
    module.needs.forEach(visit);
    order.push(module);
  };
  wanted.forEach(visit);
  return order;
}

/** `modules.dep` for modprobe, as depmod writes it. */
export function modulesDep(modules: ReadonlyMap<string, KernelModule>, wanted: readonly string[]): string {
  return loadOrder(modules, wanted)
    .map((module) => {
      const before = loadOrder(modules, module.needs).reverse();
      return `${[`${module.path}:`, ...before.map((one) => one.path)].join(' ')}\n`;
    })
    .join('');
}

/** A module's name is its file's, with `-` as `_` (modprobe(8)). */
export function moduleName(path: string): string {
  return basename(path, '.ko').replaceAll('-', '_');
}

/** `depends=` of a module's `.modinfo` section; built-in code does not appear there. */
export function moduleNeeds(file: Buffer): string[] {
  const key = Buffer.from('\0depends=');
  const at = file.indexOf(key);
  const end = at < 0 ? -1 : file.indexOf(0, at + key.length);
  if (end < 0 || end - at > 1000) return [];
  const names = file.toString('latin1', at + key.length, end);
  return names === '' ? [] : names.split(',').map((name) => name.replaceAll('-', '_'));
}

/** Reads the wanted modules and all they need from a `/lib/modules/<version>` folder. `paths` are its files, relative. */
export async function readModules(dir: string, paths: readonly string[], wanted: readonly string[]): Promise<Map<string, KernelModule>> {
  const pathOf = new Map(paths.filter((path) => path.endsWith('.ko')).map((path) => [moduleName(path), path]));
  const modules = new Map<string, KernelModule>();
  const queue = [...wanted];
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    const path = pathOf.get(name);
    if (modules.has(name) || path === undefined) continue;
    const needs = moduleNeeds(await readFile(join(dir, path)));
    modules.set(name, { name, path, needs });
    queue.push(...needs);
  }
  return modules;
}
