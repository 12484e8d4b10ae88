import { open } from 'node:fs/promises';
import { MiB } from '../../core/units.ts';
import { runTool } from './run-tool.ts';

const zeros = Buffer.alloc(1 * MiB);

/** Copies a file into a disk image at a byte offset; parts that are all zero stay holes. */
export async function copyIntoImage(from: string, image: string, offsetBytes: number): Promise<void> {
  const source = await open(from, 'r');
  const target = await open(image, 'r+');
  try {
    const buffer = Buffer.alloc(zeros.length);
    for (let at = 0; ;) {
      const { bytesRead } = await source.read(buffer, 0, buffer.length, at);
      if (bytesRead === 0) return;
      const data = buffer.subarray(0, bytesRead);
      if (!data.equals(zeros.subarray(0, bytesRead))) await target.write(data, 0, bytesRead, offsetBytes + at);
      at += bytesRead;
    }
  } finally {
    await source.close();
    await target.close();
  }
}

/** A raw image as a compressed qcow2; zstd reads back faster than zlib and is smaller. */
export async function compressImage(raw: string, path: string, signal: AbortSignal): Promise<string> {
  await runTool(['qemu-img', 'convert', '-f', 'raw', '-O', 'qcow2', '-c', '-o', 'compression_type=zstd', raw, path], {
    doing: 'compressing the image',
    signal,
  });
  return path;
}
