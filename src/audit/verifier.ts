import { canonicalJson } from './canonical.ts';
import { emptyHead, hashOf, trimAction, type Head } from './chain.ts';

export interface Break {
  /** Of the text that was verified, from 1; one more than there are where something is missing at the end. */
  readonly line: number;
  /** Of the entry, as far as it can be told. */
  readonly seq: number | null;
  /** In plain words. */
  readonly problem: string;
}

export interface Verdict {
  readonly ok: boolean;
  readonly entries: number;
  readonly firstBroken: Break | null;
  /** Of the first entry; null without any. */
  readonly firstSeq: number | null;
  /** The last entry that is as it was written. */
  readonly head: Head;
}

type Fields = Readonly<Record<string, unknown>>;

/** Takes an export line by line and finds the first that is not as the cloud wrote it. */
export class Verifier {
  #line = 0;
  #entries = 0;
  #head: Head = emptyHead;
  #first: { readonly seq: number; readonly prevHash: string } | null = null;
  /** Where the newest trimming of those seen says that the chain begins. */
  #anchor: { readonly seq: unknown; readonly prevHash: unknown } | null = null;
  #isEnded = false;
  #broken: Break | null = null;
  readonly #known: Head | null;
  #isKnownSeen = false;

  /** `known`: an entry that must be among them, as somebody has kept it. */
  constructor(known: Head | null = null) {
    this.#known = known;
    this.#isKnownSeen = known === null || known.seq === 0;
  }

  /** A line without its end. After the first broken one nothing is looked at: what follows hangs on it. */
  add(text: string): void {
    this.#line++;
    if (this.#broken !== null) return;
    const fields = parsed(text);
    if (this.#isEnded) return this.#break(fields, 'there is more after the end of the export');
    if (fields === null) return this.#break(null, 'it is not an entry');
    // Also what means the same must be the same: an extra space, another order, a name twice.
    if (canonicalJson(fields) !== text) return this.#break(fields, 'it is not written as the cloud writes entries');
    if (fields['end'] !== undefined) return this.#end(fields);
    this.#link(fields);
  }

  #link(fields: Fields): void {
    const { hash, ...unhashed } = fields;
    const { seq, prevHash } = fields;
    if (!Number.isSafeInteger(seq) || typeof prevHash !== 'string' || typeof hash !== 'string') return this.#break(fields, 'it is not an entry');
    if (hashOf(unhashed) !== hash) return this.#break(fields, 'its hash does not fit: something in it was changed');
    if (this.#first === null) {
      const { seq: before, hash: beginning } = emptyHead;
      if (seq === before + 1 && prevHash !== beginning) return this.#break(fields, 'it says that there is something before the first entry');
      this.#first = { seq: seq as number, prevHash };
    } else if (seq !== this.#head.seq + 1) {
      return this.#break(fields, `entry ${this.#head.seq + 1} should stand here: entries were removed, inserted or put in another order`);
    } else if (prevHash !== this.#head.hash) {
      return this.#break(fields, 'it does not follow the entry before it: one of the two was put in place of another');
    }
    if (this.#known !== null && seq === this.#known.seq) {
      if (hash !== this.#known.hash) return this.#break(fields, `its hash is not ${this.#known.hash}, as was kept of it: the log was written anew`);
      this.#isKnownSeen = true;
    }
    if (fields['action'] === trimAction) {
      const details = fields['details'] as Fields | null;
      this.#anchor = { seq: details?.['firstSeq'], prevHash: details?.['prevHash'] };
    }
    this.#head = { seq: seq as number, hash };
    this.#entries++;
  }

  #end({ end, ...more }: Fields): void {
    this.#isEnded = true;
    const { seq, hash } = (end ?? {}) as Partial<Head>;
    if (Object.keys(more).length > 0 || seq !== this.#head.seq || hash !== this.#head.hash)
      this.#break(null, `the export should end with entry ${String(seq)}: entries were removed before its end`);
  }

  finish(): Verdict {
    if (this.#broken === null) this.#checkWhole();
    return {
      ok: this.#broken === null,
      entries: this.#entries,
      firstBroken: this.#broken,
      firstSeq: this.#first?.seq ?? null,
      head: this.#head,
    };
  }

  #checkWhole(): void {
    const first = this.#first;
    const begins = first === null || first.seq === 1 || (this.#anchor?.seq === first.seq && this.#anchor.prevHash === first.prevHash);
    if (!begins) this.#broken = { line: 1, seq: first.seq, problem: `entries before ${first.seq} were removed, and not by the cloud` };
    else if (!this.#isEnded) this.#atEnd('the export was cut off: its last line is missing');
    else if (!this.#isKnownSeen) this.#atEnd(`entry ${this.#known?.seq} is not among them, which was kept`);
  }

  #atEnd(problem: string): void {
    this.#broken = { line: this.#line + 1, seq: null, problem };
  }

  #break(fields: Fields | null, problem: string): void {
    const seq = fields?.['seq'];
    this.#broken = { line: this.#line, seq: typeof seq === 'number' ? seq : null, problem };
  }
}

function parsed(text: string): Fields | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : null;
  } catch {
    return null;
  }
}
