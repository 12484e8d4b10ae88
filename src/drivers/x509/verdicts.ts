import { createHash } from 'node:crypto';
import { bounds } from './bounds.ts';
import type { Fqan } from './fqan.ts';
import type { DistinguishedName } from './name.ts';
import type { RefusalCode } from './refusal.ts';

/** What a client's certificates prove. */
export type ChainVerdict =
  | ValidChain
  | { readonly type: 'refused'; readonly code: RefusalCode; /** Plain words, without a full stop. */ readonly reason: string };

export interface ValidChain {
  readonly type: 'valid';
  /** Who it is: the end entity's name, without what proxies append. Stable, and the same for all proxies. */
  readonly subject: DistinguishedName;
  /** How to call the person: the last common name of the subject; null: it does not end with one. */
  readonly commonName: string | null;
  /** Who vouches for the name: two authorities may know different people by one name. */
  readonly issuer: DistinguishedName;
  /** Hex. */
  readonly serial: string;
  /** 0: the person's own certificate was used. */
  readonly proxyDepth: number;
  readonly isLimited: boolean;
  readonly fqans: readonly Fqan[];
  /** Why an attribute certificate gave no rights, in plain words. */
  readonly attributeProblems: readonly string[];
  /** The first end of a certificate of the chain, of its attributes, or of a revocation list: the verdict is worth nothing after it. Milliseconds since 1970. */
  readonly untilMs: number;
}

/** Good verdicts that still hold: a client asks often and proves the same each time. Whoever changes the trust clears them. */
export class Verdicts {
  readonly #kept = new Map<string, { readonly fromMs: number; readonly verdict: ValidChain }>();

  find(presented: readonly Buffer[], atMs: number): ValidChain | null {
    if (this.#kept.size === 0) return null;
    const kept = this.#kept.get(keyOf(presented));
    return kept !== undefined && kept.fromMs <= atMs && atMs < kept.verdict.untilMs ? kept.verdict : null;
  }

  keep(presented: readonly Buffer[], atMs: number, verdict: ValidChain): ValidChain {
    // What is no use now may be of use in a minute.
    if (verdict.attributeProblems.length > 0) return verdict;
    const [oldest] = this.#kept.keys();
    if (this.#kept.size >= bounds.verdictsKept && oldest !== undefined) this.#kept.delete(oldest);
    this.#kept.set(keyOf(presented), { fromMs: atMs, verdict });
    return verdict;
  }

  clear(): void {
    this.#kept.clear();
  }
}

/** Where one certificate ends counts too. */
function keyOf(presented: readonly Buffer[]): string {
  const hash = createHash('sha256').update(`${presented.map(({ length }) => length).join(' ')}\n`);
  for (const certificate of presented) hash.update(certificate);
  return hash.digest('base64');
}
