import type { DoctorWorld } from './world.ts';

/** `ok`: nothing to do. `warning`: it works, with a drawback. `error`: something will not work. */
export type Level = 'ok' | 'warning' | 'error';

/** What one check saw of the machine. */
export interface Finding {
  /** Stable, kebab-case, for programs. */
  readonly id: string;
  /** What was looked at. */
  readonly title: string;
  readonly level: Level;
  /** What was seen, in plain words. */
  readonly finding: string;
  /** What to do about it; empty when `ok`. */
  readonly remedy: string;
}

export interface DoctorOptions {
  /** The cloud's home; need not exist yet. */
  readonly homeDir: string;
  /** TCP ports that the cloud will listen on. */
  readonly ports: readonly number[];
  /** Those of them that the cloud of this home listens on now. */
  readonly ownPorts?: readonly number[];
  /** Runs guest code and says which accelerator to use; throws with the reason when none works. */
  readonly probe: () => Promise<{ readonly accelerator: 'kvm' | 'tcg'; readonly reason: string; readonly measuredMs: number }>;
  /** The cloud's own libvirt; null pid: not running. */
  readonly libvirt: (homeDir: string) => Promise<{ readonly libvirtdPid: number | null; readonly answers: boolean }>;
  /** Throws with the reason when libvirt could not use this home. */
  readonly checkHomeDir: (homeDir: string) => void;
}

/** A check as data: what it is called, and what it sees. One that throws becomes an error finding. */
export interface Check {
  readonly id: string;
  readonly title: string;
  readonly look: (world: DoctorWorld, options: DoctorOptions) => Promise<Seen> | Seen;
}

export type Seen = Pick<Finding, 'level' | 'finding' | 'remedy'>;

export const ok = (finding: string): Seen => ({ level: 'ok', finding, remedy: '' });
export const warning = (finding: string, remedy: string): Seen => ({ level: 'warning', finding, remedy });
export const error = (finding: string, remedy: string): Seen => ({ level: 'error', finding, remedy });
