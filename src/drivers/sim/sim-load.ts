import { MiB, seconds } from '../../core/units.ts';
import type { DomainStats } from '../../ports/hypervisor.ts';

/** What a guest does at a moment, as shares of what it could. */
export interface SimLoad {
  readonly cpu: number;
  readonly memory: number;
  /** Bytes per second. */
  readonly diskRead: number;
  readonly diskWritten: number;
  readonly netReceived: number;
  readonly netSent: number;
}

const hourMs = 3_600_000;

/**
 * The work of a made-up machine: the same name and time, the same work. Some are busy and some are not; all have
 * their day, their batches every so often, and a little of everything at any time. It draws from no stream of chance,
 * so that it disturbs none.
 */
export function simLoad(name: string, atMs: number): SimLoad {
  const own = hash(name);
  const [busy, often, shift] = [unit(own, 1), unit(own, 2), unit(own, 3)];
  const day = 0.5 + 0.5 * Math.sin(2 * Math.PI * (atMs / (24 * hourMs) + 0.62 + shift * 0.1));
  const batchMs = (0.15 + often) * hourMs;
  const intoBatch = ((atMs + shift * batchMs) % batchMs) / batchMs;
  const batch = intoBatch < 0.12 + 0.2 * busy ? 1 : 0;
  const noise = unit(hash(`${name}/${Math.floor(atMs / (10 * seconds))}`), 4);
  const wave = 0.5 + 0.5 * Math.sin((2 * Math.PI * atMs) / (batchMs / 3));
  const cpu = Math.min(1, 0.01 + 0.06 * noise + 0.25 * busy * day * (0.6 + 0.4 * wave) + batch * (0.2 + 0.45 * busy) * (0.85 + 0.15 * noise));
  return {
    cpu,
    memory: Math.min(0.97, 0.16 + 0.3 * busy + 0.22 * day * often + 0.14 * batch + 0.01 * noise),
    diskRead: (batch === 1 && intoBatch < 0.05 ? 60e6 * busy : 40e3 * noise) * (0.7 + 0.6 * noise),
    diskWritten: 15e3 + 250e3 * noise * day + batch * 8e6 * busy * (0.5 + noise),
    netReceived: 2e3 + 900e3 * busy * day * (0.4 + 0.6 * wave) * (0.5 + noise) + batch * 3e6 * often,
    netSent: 1e3 + 300e3 * busy * day * (0.4 + 0.6 * wave) * (0.5 + noise) + batch * 1e6 * often * noise,
  };
}

/** What a guest's power-on has used so far, as its hypervisor counts it. */
export class SimUse {
  #atMs: number;
  #counted = { cpuTimeNs: 0, diskReadBytes: 0, diskWrittenBytes: 0, diskReads: 0, diskWrites: 0, netReceivedBytes: 0, netSentBytes: 0 };

  constructor(startedAtMs: number) {
    this.#atMs = startedAtMs;
  }

  /** Up to now; while it is paused nothing is used. */
  stats(instanceId: string, machine: { vcpus: number; memoryMib: number }, nowMs: number, isPaused: boolean): DomainStats {
    const load = simLoad(instanceId, nowMs);
    const passed = isPaused ? 0 : Math.max(0, nowMs - this.#atMs) / seconds;
    this.#atMs = nowMs;
    const counted = this.#counted;
    counted.cpuTimeNs += Math.round(load.cpu * machine.vcpus * passed * 1e9);
    counted.diskReadBytes += Math.round(load.diskRead * passed);
    counted.diskWrittenBytes += Math.round(load.diskWritten * passed);
    counted.diskReads += Math.round((load.diskRead / 40e3) * passed);
    counted.diskWrites += Math.round((load.diskWritten / 20e3) * passed);
    counted.netReceivedBytes += Math.round(load.netReceived * passed);
    counted.netSentBytes += Math.round(load.netSent * passed);
    const memoryBytes = machine.memoryMib * MiB;
    return {
      instanceId,
      ...counted,
      rssBytes: Math.round(memoryBytes * Math.min(1, load.memory + 0.1) + 40 * MiB),
      guestUsedBytes: Math.round(memoryBytes * load.memory),
    };
  }
}

function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  return value >>> 0;
}

/** In [0, 1), another one for each `which`. Source: the finaliser of MurmurHash3 (public domain). */
function unit(from: number, which: number): number {
  let value = (from + Math.imul(which, 0x9e3779b9)) | 0;
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return ((value ^ (value >>> 16)) >>> 0) / 4_294_967_296;
}
