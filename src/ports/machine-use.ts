/** What a whole machine has used since it was started, and uses now. */
export interface MachineUse {
  /** Of all processors together, since the machine's start, ms; of which busy. */
  readonly cpuMs: number;
  readonly cpuBusyMs: number;
  /** Not counting what is given back at once where somebody needs it. */
  readonly memoryUsedBytes: number;
  /** Of the file system that the host's disks lie on. */
  readonly diskUsedBytes: number;
  /** Over the machine's own devices, not bridges, taps and loopback; since its start. */
  readonly netReceivedBytes: number;
  readonly netSentBytes: number;
}

/** Throws DriverError. */
export type ReadMachineUse = () => Promise<MachineUse>;
