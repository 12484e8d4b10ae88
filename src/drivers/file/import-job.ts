import type { ImageSource, ImportProgress } from '../../ports/image-store.ts';
import type { AddressPolicy } from './download/address-guard.ts';
import type { ImageLimits } from './limits.ts';
import type { WorkArea } from './work-area.ts';

/** Makes an image of a recipe below `workDir`, where it may find and continue its own earlier work. */
export type BuildRecipe = (
  name: string,
  options: { readonly workDir: string; readonly onProgress: (progress: ImportProgress) => void; readonly signal: AbortSignal },
) => Promise<{ readonly path: string; readonly format: 'qcow2' | 'raw' }>;

/** One import, with all that its stages need. */
export interface ImportJob {
  readonly source: ImageSource;
  readonly area: WorkArea;
  readonly imagesDir: string;
  readonly limits: ImageLimits;
  readonly policy: AddressPolicy;
  readonly ca: string | undefined;
  readonly buildRecipe: BuildRecipe;
  readonly report: (progress: ImportProgress) => void;
  readonly signal: AbortSignal;
}

/** Reports a step, and then each whole percent of it once. */
export function percentOf(step: string, report: (progress: ImportProgress) => void): (percent: number | null) => void {
  let last: number | null = null;
  report({ step, percent: null });
  return (percent) => {
    if (percent === last || percent === null) return;
    last = percent;
    report({ step, percent: Math.min(100, percent) });
  };
}
