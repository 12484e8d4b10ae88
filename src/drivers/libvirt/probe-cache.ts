import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { release } from 'node:os';
import { dirname, join } from 'node:path';
import { probeAccelerator } from './probe.ts';
import type { AcceleratorProbe } from './probe.ts';
import { qemuPath } from './probe-world.ts';

/**
 * The probe's answer, kept in the home as long as nothing it depends on has changed: kernel, processor,
 * QEMU and the state of /dev/kvm. That a /dev/kvm which opens does not run guests may pass, as where another
 * hypervisor had the processor: it is believed until the machine starts anew. `force` probes again.
 */
export async function cachedProbe(
  homeDir: string,
  options: { readonly force?: boolean; readonly probe?: () => Promise<AcceleratorProbe>; readonly key?: string; readonly bootId?: string } = {},
): Promise<AcceleratorProbe> {
  const path = join(homeDir, 'cache', 'accelerator.json');
  const key = options.key ?? machineKey();
  const bootId = options.bootId ?? readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  const kept = options.force ? null : readKept(path, key, bootId);
  if (kept !== null) return kept;
  const fresh = await (options.probe ?? probeAccelerator)();
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.new`, JSON.stringify({ key, bootId, probe: fresh }));
  renameSync(`${path}.new`, path);
  return fresh;
}

function readKept(path: string, key: string, bootId: string): AcceleratorProbe | null {
  try {
    const kept = JSON.parse(readFileSync(path, 'utf8')) as { key?: unknown; bootId?: unknown; probe?: AcceleratorProbe };
    const mayPass = kept.probe?.kvm.outcome === 'slow' || kept.probe?.kvm.outcome === 'broken';
    if (mayPass && kept.bootId !== bootId) return null;
    const accelerator = kept.probe?.accelerator;
    return kept.key === key && (accelerator === 'kvm' || accelerator === 'tcg') ? kept.probe! : null;
  } catch {
    return null;
  }
}

/** Changes with the kernel, the processor, the QEMU program and who may open /dev/kvm. */
function machineKey(): string {
  const cpu = readFileSync('/proc/cpuinfo', 'utf8')
    .split('\n\n')[0]!
    .split('\n')
    .filter((line) => /^(model name|flags|Features)\b/.test(line));
  const parts = [release(), cpu.join('\n'), signature(qemuPath), signature('/dev/kvm'), process.getuid?.()];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

function signature(path: string): string {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return 'none';
  // A device node is made anew at every boot: its times say nothing.
  const content = stat.isFile() ? [stat.size, stat.mtimeMs] : [stat.rdev];
  return [...content, stat.mode, stat.uid, stat.gid].join(' ');
}
