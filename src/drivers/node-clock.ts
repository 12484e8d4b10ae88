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
  uuid: () => randomUUIDv7(),
};
