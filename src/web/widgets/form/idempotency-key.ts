/** One key for one content: sent again after an answer was lost, it creates once; changed, it is a new request. */
export class IdempotencyKey {
  #content = '';
  #key = '';

  of(body: unknown): string {
    const content = JSON.stringify(body);
    if (this.#key === '' || content !== this.#content) {
      this.#content = content;
      // Not randomUUID: that exists over HTTPS alone.
      this.#key = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
    }
    return this.#key;
  }
}
