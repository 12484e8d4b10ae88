import { randomBytes, randomUUIDv7 } from 'node:crypto';
import type { Clock } from '../ports/clock.ts';

/** The machine's own time and chance. */
export const nodeClock: Clock = {
  now: () => Date.now(),
  after(ms, callback) {
    const timer = setTimeout(callback, ms);
    timer.unref();
    return () => clearTimeout(timer);
  },
  // From the kernel: MAC addresses and retry times of two machines must not march in step.
  random: () => randomBytes(6).readUIntBE(0, 6) / 2 ** 48,
  uuid: increasing(randomUUIDv7),
};

/**
 * Each UUID sorts after the one before it, also within a millisecond and when the clock is set back: lists are in
 * the order of creation. A counter stands in the 12 bits after the version (RFC 9562 §6.2, method 1); 62 bits stay random.
 */
export function increasing(uuidV7: () => string): () => string {
  let lastMs = 0;
  let count = 0;
  return () => {
    const fresh = uuidV7();
    const ms = Number.parseInt(fresh.slice(0, 8) + fresh.slice(9, 13), 16);
    if (ms > lastMs) [lastMs, count] = [ms, 0];
    else if (count < 0xfff) count++;
    else [lastMs, count] = [lastMs + 1, 0];
    const time = lastMs.toString(16).padStart(12, '0');
    return `${time.slice(0, 8)}-${time.slice(8)}-7${count.toString(16).padStart(3, '0')}${fresh.slice(18)}`;
  };
}
