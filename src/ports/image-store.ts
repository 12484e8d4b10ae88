import type { Readable } from 'node:stream';

/** What the inspector read from an image's own headers. */
export interface InspectedImage {
  readonly format: 'qcow2' | 'raw';
  readonly virtualSizeBytes: number;
}

export interface StoredImage extends InspectedImage {
  /** SHA-256 of the stored content, hex. */
  readonly sha256: string;
  readonly sizeBytes: number;
}

export type ImageSource =
  /** Absolute path on the control plane's machine. */
  | { readonly type: 'file'; readonly path: string }
  | { readonly type: 'url'; readonly url: string; readonly checksum: { readonly algorithm: 'sha256' | 'sha512'; readonly hex: string } }
  | { readonly type: 'recipe'; readonly recipe: string };

export interface ImportProgress {
  /** In plain words, e.g. `downloading`, `converting`, `installing packages`. */
  readonly step: string;
  /** 0 to 100 of this step; null when the end is not known. */
  readonly percent: number | null;
}

/** An image that the cloud can build by itself. */
export interface RecipeInfo {
  readonly name: string;
  readonly description: string;
  /** What its guests run on. */
  readonly architecture: 'x86_64';
  /** Of the disk that it makes, as guests see it before it grows, bytes. */
  readonly diskSizeBytes: number;
  readonly memoryMibMin: number;
  readonly firmware: 'bios' | 'uefi' | 'uefi-secure';
  /** Who logs in over SSH with the instance's keys. */
  readonly loginUser: string;
}

/** The control plane's store of image contents, named by digest. Throws DriverError. */
export interface ImageStore {
  /** What `recipe` sources may name. */
  readonly recipes: readonly RecipeInfo[];
  /**
   * Brings the source's content in: fetched (resuming what is there already), verified, inspected,
   * converted to qcow2 in confinement. `importId` names the work area that a later call resumes.
   */
  import(importId: string, source: ImageSource, onProgress: (progress: ImportProgress) => void, signal: AbortSignal): Promise<StoredImage>;
  has(sha256: string): Promise<boolean>;
  /** Content from a byte offset. */
  read(sha256: string, offset: number): Promise<Readable>;
  /** Absolute path, for hosts on the same machine. */
  path(sha256: string): string;
  remove(sha256: string): Promise<void>;
  /** Drops the work area of an import that is over or given up. */
  discardImport(importId: string): Promise<void>;
  list(): Promise<{ images: string[]; imports: string[] }>;
}
