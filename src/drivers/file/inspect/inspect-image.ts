import type { InspectedImage } from '../../../ports/image-store.ts';
import { formatBytes } from '../../../core/units.ts';
import type { ByteSource } from './byte-source.ts';
import { compressionOf, headBytes, refuseForeign, type Compression } from './foreign-formats.ts';
import { qcowMagic } from './qcow2-header.ts';
import { inspectQcow2 } from './qcow2.ts';
import { rawEvidence } from './raw-disk.ts';
import { refusal, type Refusal } from './refusal.ts';

export interface InspectOptions {
  readonly virtualSizeBytesMax: number;
  /** What its maker says that it is. Without it, a raw disk must show a partition table or a file system. */
  readonly declared?: 'qcow2' | 'raw' | undefined;
}

export type Inspection =
  | { readonly verdict: 'accepted'; readonly image: InspectedImage; readonly evidence: string; readonly rewrite: string | null }
  | { readonly verdict: 'compressed'; readonly compression: Compression }
  | { readonly verdict: 'refused'; readonly refusal: Refusal };

/**
 * Judges a file by its own bytes before any other program opens it. Reads at most some 45 MiB, whatever
 * the file claims. The content alone decides the format: a file that begins like qcow2 is never raw.
 */
export async function inspectImage(source: ByteSource, options: InspectOptions): Promise<Inspection> {
  const head = await source.read(0, headBytes);
  if (head.length === 0) return refused(refusal('image-empty', 'The file is empty.'));
  const isQcow2 = head.subarray(0, 4).equals(qcowMagic);
  if (isQcow2 && options.declared === 'raw') return refused(refusal('image-not-as-declared', 'The file is called raw but is qcow2.'));
  if (isQcow2) return judgeQcow2(source, options);

  const compression = compressionOf(head);
  if (compression) return { verdict: 'compressed', compression };
  const foreign = await refuseForeign(head, source);
  if (foreign) return refused(foreign);
  if (options.declared === 'qcow2') return refused(refusal('image-not-as-declared', 'The file is called qcow2 but is not.'));
  return judgeRaw(head, source, options);
}

const refused = (reason: Refusal): Inspection => ({ verdict: 'refused', refusal: reason });

async function judgeQcow2(source: ByteSource, { virtualSizeBytesMax }: InspectOptions): Promise<Inspection> {
  const result = await inspectQcow2(source, virtualSizeBytesMax);
  if ('code' in result) return refused(result);
  const { virtualSizeBytes, rewrite } = result;
  return { verdict: 'accepted', image: { format: 'qcow2', virtualSizeBytes }, evidence: 'a qcow2 header', rewrite };
}

async function judgeRaw(head: Buffer, source: ByteSource, { virtualSizeBytesMax, declared }: InspectOptions): Promise<Inspection> {
  const found = await rawEvidence(head, source);
  if (found && 'code' in found) return refused(found);
  if (!found && declared !== 'raw') return refused(refusal('image-unrecognised', 'The file is no disk image that StratusLab knows.'));
  // QEMU rounds a raw disk up to whole sectors.
  const virtualSizeBytes = Math.ceil(source.sizeBytes / 512) * 512;
  if (virtualSizeBytes > virtualSizeBytesMax) {
    return refused(refusal('image-too-large', `The disk has ${formatBytes(virtualSizeBytes)}; images may have ${formatBytes(virtualSizeBytesMax)}.`));
  }
  return {
    verdict: 'accepted',
    image: { format: 'raw', virtualSizeBytes },
    evidence: found?.evidence ?? 'the word of its maker',
    rewrite: 'it is raw',
  };
}
