/** What is measured of an instance while it is on. A unit stands at the end of a name; `cpu` is a share, 0 to 1. */
export const instanceSeries = [
  /** Of its vCPUs. */
  'cpu',
  /** As the guest says; null where it does not. */
  'memoryUsedBytes',
  /** Of the host's memory, its hypervisor process included. */
  'memoryResidentBytes',
  'diskReadBytesPerSecond',
  'diskWrittenBytesPerSecond',
  'diskReadsPerSecond',
  'diskWritesPerSecond',
  'netReceivedBytesPerSecond',
  'netSentBytesPerSecond',
] as const;
export type InstanceSeries = (typeof instanceSeries)[number];

/** What is measured of a host. */
export const hostSeries = [
  /** Of its processors. */
  'cpu',
  'memoryUsedBytes',
  /** Of the file system that the instances' disks lie on. */
  'diskUsedBytes',
  /** Over the machine's own network devices. */
  'netReceivedBytesPerSecond',
  'netSentBytesPerSecond',
] as const;
export type HostSeries = (typeof hostSeries)[number];

/** Which part of the history is asked for, ms since 1970; `stepMs` null: as fine as it is kept and fits. */
export interface MetricsQuery {
  readonly fromMs: number;
  readonly toMs: number;
  readonly stepMs: number | null;
}

/** History of one instance or host, as columns. */
export interface Metrics {
  /** One value stands for so long, and is the mean over it. */
  readonly stepSeconds: number;
  /** When each value's time begins, s since 1970; evenly spaced, at most {@link metricsPointsMax}. */
  readonly times: readonly number[];
  /** By name; each as long as `times`, null where nothing was measured: it was off, or its host was. */
  readonly series: Readonly<Record<string, readonly (number | null)[]>>;
}

export const metricsPointsMax = 1_000;
