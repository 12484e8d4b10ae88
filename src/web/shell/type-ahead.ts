/** What was typed before the field that it is meant for was there. */
export interface Typed {
  readonly text: string;
  /** The return key came last. */
  readonly isSent: boolean;
}

const waitMsMax = 10_000;

/**
 * Holds what is typed from now on until somebody takes it: a field that is still being fetched or drawn loses none
 * of it. Escape, the pointer or a long wait give it up.
 */
class TypeAhead {
  #text = '';
  #isSent = false;
  #stop: (() => void) | null = null;

  begin(): void {
    if (this.#stop !== null) return;
    this.#text = '';
    this.#isSent = false;
    const stop = new AbortController();
    const timer = setTimeout(() => this.take(), waitMsMax);
    this.#stop = () => {
      stop.abort();
      clearTimeout(timer);
      this.#stop = null;
    };
    window.addEventListener('keydown', (event) => this.#onKey(event), { capture: true, signal: stop.signal });
    window.addEventListener('pointerdown', () => this.take(), { capture: true, signal: stop.signal });
  }

  take(): Typed {
    this.#stop?.();
    const typed = { text: this.#text, isSent: this.#isSent };
    this.#text = '';
    this.#isSent = false;
    return typed;
  }

  #onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.key === 'Escape') return void this.take();
    // What comes after the return key is meant for something else.
    if (this.#isSent) return;
    if (event.key === 'Enter') this.#isSent = true;
    else if (event.key === 'Backspace') this.#text = this.#text.slice(0, -1);
    else if (event.key.length === 1) this.#text += event.key;
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}

export const typeAhead = new TypeAhead();
