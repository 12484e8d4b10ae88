import type { HostFailure } from '../../agent/host-kind.ts';
import { isoTime } from '../../ports/clock.ts';
import type { HostDisks } from '../../ports/host-disks.ts';
import type { InstanceMemory } from './instance.plan.ts';
import type { Instance, InstanceStatus } from './instance.ts';

/** Why it does not run as asked for, with its last words; null: there is no such reason. */
export async function failureOf(
  disks: HostDisks,
  instance: Instance,
  memory: InstanceMemory,
  failure: HostFailure | null,
  isOn: boolean,
): Promise<InstanceStatus['failure']> {
  const crashed =
    !isOn && memory.exit !== null && (memory.exit.because === 'crashed' || memory.exit.because === 'failed') && instance.spec.power === 'running';
  if (failure === null && !crashed) return null;
  // Its last words are a service: that they cannot be read must hold nothing up.
  const lines = await disks.consoleTail(instance.id, linesOfPanicMax).catch((): string[] => []);
  const consoleTail = lines.slice(-20);
  if (failure !== null) return { code: failure.code, reason: failure.reason, at: isoTime(failure.atMs), consoleTail };
  return {
    code: 'guest-crashed',
    reason: panicOf(lines) ?? 'the guest or its hypervisor process ended without being asked to',
    at: isoTime(memory.exit?.atMs ?? 0),
    consoleTail,
  };
}

/** A Linux panic says why in a line of its own, before some fifty of where. */
const linesOfPanicMax = 80;

function panicOf(lines: readonly string[]): string | null {
  const panics = lines.flatMap((line) => /Kernel panic - (?:not syncing: )?(.{1,200})/.exec(line)?.[1] ?? []);
  return panics.length === 0 ? null : `the guest's kernel panicked: ${panics.at(-1)}`;
}
