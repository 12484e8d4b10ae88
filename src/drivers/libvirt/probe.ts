import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DriverError } from '../../core/driver-error.ts';
import type { Accelerator } from '../../ports/hypervisor.ts';
import { probeRom, romFinishedStatus } from './probe-rom.ts';
import { probeWorld } from './probe-world.ts';
import type { ProbeWorld } from './probe-world.ts';

/** How an accelerator took the probe's guest code. `slow`: not done in time, as where KVM interprets. */
export type ProbeOutcome = 'works' | 'missing' | 'no-permission' | 'slow' | 'broken';

export interface AcceleratorTrial {
  readonly accelerator: Accelerator;
  readonly outcome: ProbeOutcome;
  /** From the start of QEMU to its end, or to the time limit; 0 when QEMU was not started. */
  readonly measuredMs: number;
  /** Plain words, without a full stop. */
  readonly finding: string;
}

export interface AcceleratorProbe {
  /** What guests should use. */
  readonly accelerator: Accelerator;
  /** Why, in plain words, e.g. `/dev/kvm opens but does not run guest code`. */
  readonly reason: string;
  /** How long the chosen accelerator took for the probe's guest code. */
  readonly measuredMs: number;
  readonly kvm: AcceleratorTrial;
  readonly tcg: AcceleratorTrial;
}

const kvmTimeoutMs = 3000;
/** A slow or busy machine may take its time: emulation is what is left, and needs no verdict on speed. */
const tcgTimeoutMs = 30_000;

/**
 * Chooses the accelerator by running guest code: that /dev/kvm is there, opens and even takes a few
 * instructions proves nothing. Takes under a second where KVM works or is missing, four where it only opens.
 * Throws DriverError when not even emulation works.
 */
export async function probeAccelerator(world: ProbeWorld = probeWorld): Promise<AcceleratorProbe> {
  const dir = await mkdtemp(join(tmpdir(), 'stratus-probe-'));
  try {
    const rom = join(dir, 'probe.rom');
    await writeFile(rom, probeRom());
    const kvm = await tryKvm(world, rom);
    const tcg = await tryGuestCode(world, 'tcg', rom, tcgTimeoutMs);
    if (kvm.outcome === 'works') return choice(kvm, kvm, tcg);
    if (tcg.outcome === 'works') return choice(tcg, kvm, tcg);
    throw new DriverError(`QEMU cannot run guests on this machine: ${kvm.finding}; ${tcg.finding}`);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

function choice(chosen: AcceleratorTrial, kvm: AcceleratorTrial, tcg: AcceleratorTrial): AcceleratorProbe {
  return { accelerator: chosen.accelerator, reason: kvm.finding, measuredMs: chosen.measuredMs, kvm, tcg };
}

async function tryKvm(world: ProbeWorld, rom: string): Promise<AcceleratorTrial> {
  const none = { accelerator: 'kvm', measuredMs: 0 } as const;
  const access = await world.openForWriting('/dev/kvm');
  if (access === 'ok') return tryGuestCode(world, 'kvm', rom, kvmTimeoutMs);
  if (access === 'EACCES' || access === 'EPERM') return { ...none, outcome: 'no-permission', finding: 'this user may not open /dev/kvm' };
  if (access === 'ENOENT') return { ...none, outcome: 'missing', finding: 'there is no /dev/kvm' };
  return { ...none, outcome: 'missing', finding: `/dev/kvm does not open (${access})` };
}

async function tryGuestCode(world: ProbeWorld, accelerator: Accelerator, rom: string, timeoutMs: number): Promise<AcceleratorTrial> {
  const end = await world.runQemu(accelerator, rom, timeoutMs);
  const name = accelerator === 'kvm' ? '/dev/kvm' : "QEMU's emulation";
  const trial = { accelerator, measuredMs: Math.round(end.elapsedMs) };
  if (end.status === romFinishedStatus) return { ...trial, outcome: 'works', finding: `${name} runs guest code` };
  if (end.status === 'timeout') {
    return {
      ...trial,
      outcome: 'slow',
      finding: accelerator === 'kvm' ? '/dev/kvm opens but does not run guest code' : `${name} did not finish in ${timeoutMs / 1000} s`,
    };
  }
  return { ...trial, outcome: 'broken', finding: `${name} fails: ${end.complaint || `QEMU ended with ${end.status}`}` };
}
