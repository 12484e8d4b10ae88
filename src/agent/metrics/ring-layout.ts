import { tiers, type Tier } from './tiers.ts';

/** One value per column; null: not measured. */
export type Values = readonly (number | null)[];

/**
 * The form of a ring file: the tiers one after the other, each a ring of slots. A slot says which step of time it is
 * for (from 1970, in steps of its tier), its values as 32-bit floats, and a checksum. So there is no head that could
 * be wrong: a slot that was torn, is older than its ring or was written with other columns is simply a gap.
 */
export class RingLayout {
  readonly columns: readonly string[];
  readonly slotBytes: number;
  readonly #salt: number;

  constructor(columns: readonly string[]) {
    this.columns = columns;
    this.slotBytes = 4 + 4 * columns.length + 4;
    this.#salt = fnv1a(new TextEncoder().encode(columns.join()), 0x811c9dc5);
  }

  get fileBytes(): number {
    return tiers.reduce((total, { count }) => total + count * this.slotBytes, 0);
  }

  /** Where the slot for a step lies in the file. */
  offsetOf(tier: Tier, step: number): number {
    let slots = step % tier.count;
    for (const before of tiers) {
      if (before === tier) break;
      slots += before.count;
    }
    return slots * this.slotBytes;
  }

  encode(step: number, values: Values): Uint8Array {
    const bytes = new Uint8Array(this.slotBytes);
    const view = new DataView(bytes.buffer);
    view.setUint32(0, step);
    for (const [index] of this.columns.entries()) view.setFloat32(4 + 4 * index, values[index] ?? Number.NaN);
    view.setUint32(this.slotBytes - 4, this.#checksum(bytes));
    return bytes;
  }

  /** The values in the slot at `offset` of `bytes`; null when it is not a whole slot for `step`. */
  decode(bytes: Uint8Array, offset: number, step: number): Values | null {
    const slot = bytes.subarray(offset, offset + this.slotBytes);
    if (slot.length < this.slotBytes) return null;
    const view = new DataView(slot.buffer, slot.byteOffset, slot.length);
    if (view.getUint32(0) !== step || view.getUint32(this.slotBytes - 4) !== this.#checksum(slot)) return null;
    return this.columns.map((_, index) => {
      const value = view.getFloat32(4 + 4 * index);
      return Number.isFinite(value) ? value : null;
    });
  }

  #checksum(slot: Uint8Array): number {
    return fnv1a(slot.subarray(0, this.slotBytes - 4), this.#salt);
  }
}

/** Source: Fowler, Noll, Vo; 32 bits. */
function fnv1a(bytes: Uint8Array, from: number): number {
  let hash = from;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}

/** Column by column, of those that were measured; null when none was. */
export function meanOf(all: readonly (Values | null)[], columns: number): Values {
  return Array.from({ length: columns }, (_, column) => {
    let [sum, count] = [0, 0];
    for (const values of all) {
      const value = values?.[column] ?? null;
      if (value === null) continue;
      sum += value;
      count++;
    }
    return count === 0 ? null : sum / count;
  });
}
