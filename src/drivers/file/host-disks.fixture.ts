import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { onTestFinished } from 'vitest';
import { idFromUuid } from '../../core/ids.ts';
import { MiB } from '../../core/units.ts';
import type { ImageRef } from '../../ports/host-disks.ts';
import { FileHostDisks, type FileHostDisksOptions } from './host-disks.ts';

export const first = idFromUuid('i', '01900000-0000-7000-8000-000000000001');
export const second = idFromUuid('i', '01900000-0000-7000-8000-000000000002');
export const never = new AbortController().signal;
export const nobody = () => undefined;

/** A fresh directory that goes with the test. */
export function scratch(): string {
  const dir = mkdtempSync(join(tmpdir(), 'host-disks-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

/** An image store of one machine: contents by digest, and a count of what was asked of it. */
export class Contents {
  readonly #byDigest = new Map<string, Buffer>();
  /** Offsets at which transfers began. */
  readonly fetchedFrom: number[] = [];

  add(content: Buffer, format: 'raw' | 'qcow2' = 'raw', virtualSizeBytes = content.length): ImageRef {
    const sha256 = createHash('sha256').update(content).digest('hex');
    this.#byDigest.set(sha256, content);
    return { id: `img-${sha256.slice(0, 8)}`, sha256, format, sizeBytes: content.length, virtualSizeBytes };
  }

  /** A true qcow2 of 16 MiB. */
  addQcow2(): ImageRef {
    const path = join(scratch(), 'base.qcow2');
    execFileSync('qemu-img', ['create', '-q', '-f', 'qcow2', path, String(16 * MiB)]);
    return this.add(readFileSync(path), 'qcow2', 16 * MiB);
  }

  content(image: ImageRef): Buffer {
    return this.#byDigest.get(image.sha256) ?? Buffer.alloc(0);
  }

  readonly fetch = (image: ImageRef, offset: number): Promise<Readable> => {
    this.fetchedFrom.push(offset);
    return Promise.resolve(inPieces(this.content(image).subarray(offset)));
  };
}

/** Breaks off with an error after `untilBytes`, when given. */
export function inPieces(content: Buffer, untilBytes = Infinity, pieceBytes = 1000): Readable {
  return Readable.from(
    (async function* () {
      for (let at = 0; at < content.length; at += pieceBytes) {
        if (at >= untilBytes) throw new Error('the connection was cut');
        yield content.subarray(at, at + pieceBytes);
        await new Promise((resolve) => setImmediate(resolve));
      }
    })(),
  );
}

export function disksOf(contents: Contents, options: Partial<FileHostDisksOptions> = {}): FileHostDisks {
  return new FileHostDisks({ dir: scratch(), fetchImage: contents.fetch, ...options });
}
