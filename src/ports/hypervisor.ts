import type { Duplex } from 'node:stream';

/** How guest code is executed on a host; `tcg` is QEMU's own emulation. */
export type Accelerator = 'kvm' | 'tcg';

/** Everything a host needs to know to run one instance's virtual machine; a value, compared by its hash. */
export interface DomainConfig {
  readonly instanceId: string;
  /** For people who look at the hypervisor itself. */
  readonly instanceName: string;
  readonly vcpus: number;
  readonly memoryMib: number;
  readonly firmware: 'bios' | 'uefi' | 'uefi-secure';
  readonly accelerator: Accelerator;
  readonly disks: readonly DomainDisk[];
  readonly nics: readonly DomainNic[];
  /** Append-only log of the serial console; kept by the hypervisor across restarts of everything. */
  readonly consoleLogPath: string;
  /** Unix sockets that the hypervisor listens on, nothing on TCP. */
  readonly serialSocketPath: string;
  readonly vncSocketPath: string;
}

export interface DomainDisk {
  readonly path: string;
  /** Always given, never guessed. */
  readonly format: 'qcow2' | 'raw';
  readonly readOnly: boolean;
  /** Shown in the guest as the disk's serial number, at most 20 characters. */
  readonly serial: string;
  /** Base of a copy-on-write disk, with its format: given so that nothing is probed; null for none. */
  readonly backing: { readonly path: string; readonly format: 'qcow2' | 'raw' } | null;
}

export interface DomainNic {
  readonly mac: string;
  readonly bridge: string;
  /** Name of the tap device, at most 15 characters. */
  readonly tap: string;
  readonly mtuBytes: number;
}

/** What a host sees of one virtual machine. */
export interface Domain {
  readonly instanceId: string;
  readonly state: DomainState;
  /** Why a `stopped` one stopped, where the hypervisor knows. */
  readonly stoppedBecause: StopReason | null;
  /** Hash of the config it was defined with. */
  readonly configHash: string;
  /** The boot number given to {@link Hypervisor.start}; of the present run, or of the last one. 0: never started. */
  readonly bootSerial: number;
  /** RAM is kept on disk; the next start resumes from it. */
  readonly hasSavedState: boolean;
  /** The guest agent's channel is connected. */
  readonly agentConnected: boolean;
}

export type DomainState = 'running' | 'paused' | 'stopping' | 'stopped';
/** `shutdown`: the guest powered itself off. `destroyed`: by us. `crashed`: QEMU died or the guest panicked. */
export type StopReason = 'shutdown' | 'destroyed' | 'crashed' | 'saved' | 'failed' | 'unknown';

export interface DomainStats {
  readonly instanceId: string;
  /** CPU time used since power-on, ns. */
  readonly cpuTimeNs: number;
  /** Resident memory of the hypervisor process, bytes. */
  readonly rssBytes: number;
  /** Memory in use as the guest says, bytes; null where the guest does not say. */
  readonly guestUsedBytes: number | null;
  readonly diskReadBytes: number;
  readonly diskWrittenBytes: number;
  /** Requests, whatever their size. */
  readonly diskReads: number;
  readonly diskWrites: number;
  readonly netReceivedBytes: number;
  readonly netSentBytes: number;
}

export interface HypervisorInfo {
  readonly accelerator: Accelerator;
  /** In plain words why this accelerator was chosen, e.g. `/dev/kvm opens but does not run guest code`. */
  readonly acceleratorReason: string;
  readonly hypervisorVersion: string;
  readonly emulatorVersion: string;
  readonly firmwares: readonly DomainConfig['firmware'][];
}

/**
 * Runs virtual machines on one host. Every action ensures: called twice, the second finds the work done.
 * Only domains of this cloud are seen or touched. Throws DriverError.
 */
export interface Hypervisor {
  info(): Promise<HypervisorInfo>;
  list(): Promise<Domain[]>;
  /** null: not defined here. */
  observe(instanceId: string): Promise<Domain | null>;
  /** Defines, or redefines when the config differs; a running one changes at its next start. */
  define(config: DomainConfig): Promise<void>;
  /** Powers on, or resumes saved state; `bootSerial` is kept with the domain. A running one is left alone. */
  start(instanceId: string, bootSerial: number): Promise<void>;
  /** Asks the guest to power off (ACPI and guest agent); returns at once. */
  requestShutdown(instanceId: string): Promise<void>;
  /** Cuts the power. */
  destroy(instanceId: string): Promise<void>;
  pause(instanceId: string): Promise<void>;
  resume(instanceId: string): Promise<void>;
  /** Saves RAM to disk and powers off. */
  saveState(instanceId: string): Promise<void>;
  dropSavedState(instanceId: string): Promise<void>;
  /** Removes the definition, saved state and firmware variables; the domain must be stopped. */
  undefine(instanceId: string): Promise<void>;
  /** Of all that are on, by one call. What is counted begins anew with each power-on. */
  stats(): Promise<DomainStats[]>;
  /** Calls back with the instance id at every change of state; the returned function stops it. */
  onChange(callback: (instanceId: string) => void): () => void;
  /** The serial console, both directions. Throws DriverError when not running. */
  openSerial(instanceId: string): Promise<Duplex>;
  /** The screen, keyboard and pointer as RFB (RFC 6143), both directions. Throws DriverError when not running. */
  openScreen(instanceId: string): Promise<Duplex>;
}
