import { GiB } from '../../src/core/units.ts';
import { nodeClock } from '../../src/drivers/node-clock.ts';
import { chanceFrom } from '../../src/drivers/sim/random.ts';
import { SimClock } from '../../src/drivers/sim/sim-clock.ts';
import { usualPace, type SimFaults, type SimPace } from '../../src/drivers/sim/sim-faults.ts';
import type { SimMachine } from '../../src/drivers/sim/sim-host.ts';
import type { ControlDoor } from '../../src/drivers/sim/sim-link.ts';
import type { Clock } from '../../src/ports/clock.ts';
import { SimCloud } from './sim-cloud.ts';

export interface SimulatedCloudOptions {
  /** How many, all alike, or each of its own size. */
  readonly hosts: number | readonly SimMachine[];
  readonly seed?: string;
  /** Time passes by itself; otherwise only as `cloud.clock` is told to, and the same seed gives the same life. */
  readonly realClock?: boolean;
  /** Instead of both: whose time and chance it is. */
  readonly clock?: Clock;
  readonly pace?: SimPace;
  readonly faults?: SimFaults;
  /** Of each host; 64 processors and 256 GiB where absent: room for 487 instances of `t1.micro`. */
  readonly vcpus?: number;
  readonly memoryMib?: number;
  /** The agents' streams (console, log) end here: the API's side of them. */
  readonly channel?: ControlDoor['channel'];
  /** What hosts have measured before the cloud's first moment, ms; null: they measure nothing, which is cheaper. */
  readonly measuredPastMs?: number | null;
  readonly onError?: (what: string, error: unknown) => void;
}

/** Room for four million addresses; nothing of it exists on the machine. */
const simulatedCidr = '10.64.0.0/10';

/**
 * A running cloud of simulated hosts, for development, for tests of the faces and for benchmarks:
 * `cloud.control` is a real control plane, the instances are not. Call `stop()` at the end.
 */
export async function simulatedCloud(options: SimulatedCloudOptions): Promise<SimCloud> {
  const { hosts, seed = 'simulated', realClock = false, channel } = options;
  const { measuredPastMs = null } = options;
  const cloud = new SimCloud({
    clock: options.clock ?? (realClock ? nodeClock : new SimClock(seed)),
    chance: chanceFrom(`${seed}/world`),
    machines: typeof hosts === 'number' ? alike(hosts, options) : hosts,
    cidr: simulatedCidr,
    pace: options.pace ?? usualPace,
    // A record of every run is for those who check lives from a seed.
    keepsRuns: !realClock && options.clock === undefined,
    ...(measuredPastMs === null ? {} : { measuredPastMs }),
    ...(options.faults === undefined ? {} : { faults: options.faults }),
    ...(channel === undefined ? {} : { changeDoor: (door: ControlDoor): ControlDoor => ({ ...door, channel }) }),
    ...(options.onError === undefined ? {} : { onError: options.onError }),
  });
  await cloud.start();
  return cloud;
}

function alike(count: number, { vcpus = 64, memoryMib = 262_144 }: SimulatedCloudOptions): SimMachine[] {
  return Array.from({ length: count }, (_, index) => ({ name: `sim${index + 1}`, vcpus, memoryMib, diskBytes: 8_192 * GiB }));
}
