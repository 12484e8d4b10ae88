import type { Fetched, PackageCache } from './package-cache.ts';
import type { PrivateApt } from './apt.ts';

/** How to build a machine image from Debian packages, and what the cloud must know to offer it. */
export interface Recipe {
  /** Names the recipe in `stratus image create --recipe`, e.g. `tiny`. */
  readonly name: string;
  readonly title: string;
  readonly description: string;
  /** What its guests run on. */
  readonly architecture: 'x86_64';
  /** Of the disk that it makes, as guests see it before it grows, bytes. */
  readonly diskSizeBytes: number;
  /** Smallest memory that the image boots in, MiB. */
  readonly minMemoryMib: number;
  readonly firmware: readonly ('bios' | 'uefi')[];
  /** Who logs in over SSH with the instance's keys. */
  readonly loginUser: string;
  /** Debian packages that the building machine needs installed. */
  readonly hostPackages: readonly string[];
  /** Whether building needs root (chroot in an own mount namespace). */
  readonly needsRoot: boolean;
}

/** A step of fetching or building in plain words; `percent` of this step, null when its end is not known. */
export interface RecipeProgress {
  readonly step: string;
  readonly percent: number | null;
}

export interface FetchOptions {
  /** Where package files are kept; shared by all recipes. */
  readonly cacheDir: string;
  readonly onProgress?: (progress: RecipeProgress) => void;
  readonly signal?: AbortSignal;
}

export interface BuildOptions extends FetchOptions {
  /** The result stays here; everything else that the build puts here goes again. */
  readonly workDir: string;
}

export interface BuiltImage {
  readonly path: string;
  readonly format: 'qcow2';
}

/** What a recipe's build step is given: everything fetched and verified, and an empty folder of its own. */
export interface Kitchen {
  readonly cache: PackageCache;
  readonly fetched: Fetched;
  /** Empty at the start, removed at the end. */
  readonly dir: string;
  readonly step: (step: string, percent?: number | null) => void;
  readonly signal: AbortSignal;
}

/** A recipe with its steps. */
export interface RecipeSteps extends Recipe {
  /** Programs that must be found on the PATH before building starts. */
  readonly hostTools: readonly string[];
  /** Changes when other packages are asked for. */
  readonly fetchKey: string;
  /** Which packages the current lists offer for this recipe. */
  resolve(apt: PrivateApt): Promise<Fetched>;
  /** Makes the image in `kitchen.dir` and gives its path. Needs no network. */
  build(kitchen: Kitchen): Promise<string>;
}
