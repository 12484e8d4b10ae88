/** An image as a host needs it: content named by its digest. */
export interface ImageRef {
  readonly id: string;
  /** SHA-256 of the stored content, hex. */
  readonly sha256: string;
  readonly format: 'qcow2' | 'raw';
  readonly sizeBytes: number;
  readonly virtualSizeBytes: number;
}

export interface InstanceDisk {
  readonly path: string;
  readonly virtualSizeBytes: number;
  readonly base: { readonly path: string; readonly format: 'qcow2' | 'raw' } | null;
}

export interface CachedImage {
  readonly sha256: string;
  readonly sizeBytes: number;
  /** Instances on this host whose disk grows out of it. */
  readonly usedBy: readonly string[];
  readonly lastUsedAt: number;
}

/** Disks of one host: cached bases, copy-on-write disks, first-boot seeds. Every action ensures. Throws DriverError. */
export interface HostDisks {
  /** Ids of all instances that have anything on this host's disks. */
  list(): Promise<string[]>;
  observe(instanceId: string): Promise<{ disk: InstanceDisk | null; seedHash: string | null }>;
  hasImage(sha256: string): Promise<boolean>;
  /** Fetches, verifies and caches an image; `onProgress` gets bytes so far. Two callers share one transfer. */
  ensureImage(image: ImageRef, onProgress: (bytes: number) => void, signal: AbortSignal): Promise<void>;
  /** Copy-on-write disk of at least the image's virtual size; grows an existing smaller one. */
  ensureDisk(instanceId: string, image: ImageRef, sizeBytes: number): Promise<void>;
  /** Swap disk of this size, formatted and labelled `stratus-swap`; 0: none. Content may be lost at any stop. */
  ensureSwap(instanceId: string, sizeMib: number): Promise<void>;
  /** The first-boot disk holding exactly these files; rewritten when `hash` differs. */
  ensureSeed(instanceId: string, seed: Seed): Promise<void>;
  /** Where consoles and disks of an instance live; made when missing. */
  paths(instanceId: string): InstancePaths;
  /** Everything the instance has on this host's disks goes. */
  remove(instanceId: string): Promise<void>;
  listImages(): Promise<CachedImage[]>;
  /** Refuses while in use. */
  evictImage(sha256: string): Promise<void>;
  usage(): Promise<{ readonly totalBytes: number; readonly freeBytes: number }>;
  /** The last lines of the serial log, printable text only; empty when there is none. */
  consoleTail(instanceId: string, lines: number): Promise<string[]>;
  /** Part of the serial log from a byte offset. A negative offset counts from the end. */
  consoleLog(instanceId: string, offset: number, maxBytes: number): Promise<{ data: Uint8Array; nextOffset: number }>;
}

export interface InstancePaths {
  readonly disk: string;
  readonly seed: string;
  readonly swap: string;
  readonly consoleLog: string;
  readonly serialSocket: string;
  readonly vncSocket: string;
}

/** Files of a NoCloud seed. Source: cloud-init's documentation of the NoCloud data source. */
export interface Seed {
  readonly hash: string;
  readonly metaData: string;
  readonly userData: Uint8Array;
  readonly vendorData: string;
  readonly networkConfig: string;
}
