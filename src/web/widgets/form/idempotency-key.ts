/** One key for one content: sent again after an answer was lost, it creates once; changed, it is a new request. */
export class IdempotencyKey {
  #content = '';
  #key = '';

  of(body: unknown): string {
    const content = JSON.stringify(body);
    if (this.#key === '' || content !== this.#content) {
      this.#content = content;
      this.#key = randomKey();
    }
    return this.#key;
  }
}

/** Not randomUUID, which browsers have only over HTTPS. */
export function randomKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
