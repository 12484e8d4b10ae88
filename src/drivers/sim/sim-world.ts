import type { Clock } from '../../ports/clock.ts';
import { SimHost, type SimMachine } from './sim-host.ts';
import { calm, usualPace, type SimFaults, type SimPace } from './sim-faults.ts';
import type { Chance } from './random.ts';

/** How one run of a virtual machine ended; null: it still runs. */
export type RunEnd = 'shutdown' | 'destroyed' | 'crashed' | 'power-cut' | 'saved';

/** One run of a virtual machine, from power-on to its end: what really happened, whatever anybody recorded. */
export interface RunRecord {
  readonly instanceId: string;
  readonly host: string;
  readonly bootSerial: number;
  readonly startedAtMs: number;
  /** It went on from saved memory, as against booting. */
  readonly resumed: boolean;
  endedAtMs: number | null;
  end: RunEnd | null;
}

export interface SimWorldOptions {
  readonly clock: Clock;
  readonly chance: Chance;
  readonly faults?: SimFaults;
  readonly pace?: SimPace;
  /** Every run of every machine is kept; true where lives are checked, false where many thousands run. */
  readonly keepsRuns?: boolean;
  /** Hears in plain words what happens. */
  readonly tell?: (line: string) => void;
}

/** Everything outside of our own processes: machines, their disks and networks, guests, and what goes wrong with them. */
export class SimWorld {
  readonly clock: Clock;
  readonly chance: Chance;
  faults: SimFaults;
  pace: SimPace;
  readonly hosts = new Map<string, SimHost>();
  readonly runs: RunRecord[] = [];
  /** Changing calls that did something, of all hosts. */
  changes = 0;
  readonly #keepsRuns: boolean;
  readonly #tell: (line: string) => void;

  constructor(options: SimWorldOptions) {
    this.clock = options.clock;
    this.chance = options.chance;
    this.faults = options.faults ?? calm;
    this.pace = options.pace ?? usualPace;
    this.#keepsRuns = options.keepsRuns ?? true;
    this.#tell = options.tell ?? (() => undefined);
  }

  addHost(machine: SimMachine): SimHost {
    const host = new SimHost(this, machine);
    this.hosts.set(machine.name, host);
    return host;
  }

  host(name: string): SimHost {
    const host = this.hosts.get(name);
    if (host === undefined) throw new Error(`no host ${name}`);
    return host;
  }

  tell(line: string): void {
    this.#tell(line);
  }

  beginRun(record: RunRecord): RunRecord {
    if (this.#keepsRuns) this.runs.push(record);
    return record;
  }
}
