/** Source: libvirt's virkeepaliveprotocol.x. */
const ping = 1;
const pong = 2;
const silencesMax = 6;

/** Tells a libvirtd that hangs from one that is busy: a busy one still answers pings. */
export class Keepalive {
  readonly #everyMs: number;
  readonly #peer: { send(procedure: number): void; dead(): void };
  #timer: NodeJS.Timeout | null = null;
  #silences = 0;

  constructor(everyMs: number, peer: { send(procedure: number): void; dead(): void }) {
    this.#everyMs = everyMs;
    this.#peer = peer;
  }

  /** Starts asking; called when the first answer is being waited for. */
  watch(): void {
    if (this.#timer) return;
    this.#silences = 0;
    this.#timer = setInterval(() => {
      if (++this.#silences > silencesMax) this.#peer.dead();
      else this.#peer.send(ping);
    }, this.#everyMs);
    this.#timer.unref();
  }

  rest(): void {
    if (this.#timer) clearInterval(this.#timer);
    this.#timer = null;
  }

  /** Anything that arrives proves life. */
  heard(): void {
    this.#silences = 0;
  }

  receive(procedure: number): void {
    if (procedure === ping) this.#peer.send(pong);
  }
}
