import type { RingFiles } from '../../ports/ring-files.ts';

const pageBytes = 1_024;

/** Ring files of a simulated host's disk, page by page: only what was written takes memory. Outlives the agent. */
export class SimRingFiles implements RingFiles {
  readonly #files = new Map<string, Map<number, Uint8Array>>();
  readonly #begin: (name: string) => Uint8Array | null;

  /** `begin`: what a file holds before anything is written; null: nothing. */
  constructor(begin: (name: string) => Uint8Array | null = () => null) {
    this.#begin = begin;
  }

  get names(): string[] {
    return [...this.#files.keys()];
  }

  async read(name: string, offset: number, length: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(length);
    const pages = this.#files.get(name) ?? this.#begun(name);
    for (let at = 0; at < length;) {
      const [page, within] = [Math.floor((offset + at) / pageBytes), (offset + at) % pageBytes];
      const take = Math.min(length - at, pageBytes - within);
      const found = pages?.get(page);
      if (found !== undefined) bytes.set(found.subarray(within, within + take), at);
      at += take;
    }
    return bytes;
  }

  async write(name: string, parts: readonly { readonly offset: number; readonly bytes: Uint8Array }[]): Promise<void> {
    const pages = this.#files.get(name) ?? this.#begun(name) ?? this.#new(name);
    for (const { offset, bytes } of parts) put(pages, offset, bytes);
  }

  async remove(name: string): Promise<void> {
    this.#files.delete(name);
  }

  async sweep(): Promise<void> {
    // Simulated disks are not looked at for longer than that.
  }

  #new(name: string): Map<number, Uint8Array> {
    const pages = new Map<number, Uint8Array>();
    this.#files.set(name, pages);
    return pages;
  }

  #begun(name: string): Map<number, Uint8Array> | null {
    const bytes = this.#begin(name);
    if (bytes === null) return null;
    const pages = this.#new(name);
    put(pages, 0, bytes);
    return pages;
  }
}

function put(pages: Map<number, Uint8Array>, offset: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length;) {
    const [index, within] = [Math.floor((offset + at) / pageBytes), (offset + at) % pageBytes];
    const take = Math.min(bytes.length - at, pageBytes - within);
    let page = pages.get(index);
    if (page === undefined) pages.set(index, (page = new Uint8Array(pageBytes)));
    page.set(bytes.subarray(at, at + take), within);
    at += take;
  }
}
