import { expect, test } from 'vitest';
import { minutes, seconds } from '../../core/units.ts';
import type { Clock } from '../../ports/clock.ts';
import { MemoryRings } from './memory-rings.fixture.ts';
import { Recorder, type Sample } from './recorder.ts';
import { RingLayout } from './ring-layout.ts';

const layout = new RingLayout(['cpu']);
const beginMs = Date.UTC(2026, 10, 21, 6);

/** Rings its one timer when told to, as much before its time as told. */
class HandClock {
  nowMs = beginMs;
  #due: { readonly atMs: number; readonly callback: () => void } | null = null;

  get clock(): Clock {
    return {
      now: () => this.nowMs,
      after: (ms, callback) => {
        this.#due = { atMs: this.nowMs + ms, callback };
        return () => undefined;
      },
      random: () => 0,
      uuid: () => '',
    };
  }

  async ring(earlyMs = 0): Promise<void> {
    const due = this.#due;
    if (due === null) throw new Error('nobody waits');
    this.nowMs = due.atMs - earlyMs;
    due.callback();
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function recording(sample: () => Promise<Sample>) {
  const [hand, files] = [new HandClock(), new MemoryRings()];
  const recorder = new Recorder({ clock: hand.clock, files, sample, onError: (_what, error) => expect(error).toBeNull() });
  recorder.start();
  const cpu = async () => {
    const query = { fromMs: beginMs, toMs: hand.nowMs + seconds, stepMs: null };
    return (await recorder.read('i-1', layout, query)).series['cpu'];
  };
  return { hand, files, recorder, cpu };
}

test('a timer that rings a little early makes neither a gap nor a step of a millisecond', async () => {
  let looks = 0;
  const { hand, cpu } = recording(async () => new Map([['i-1', { layout, values: [++looks] }]]));
  for (const earlyMs of [0, 1, 0, 2, 1]) await hand.ring(earlyMs);
  hand.nowMs = beginMs + 50 * seconds;
  expect(looks).toBe(5);
  expect(await cpu()).toEqual([1, 2, 3, 4, 5]);
});

test('an instance that goes while it is measured leaves nothing behind', async () => {
  const answers: ((sample: Sample) => void)[] = [];
  const { hand, files, recorder } = recording(() => new Promise((resolve) => answers.push(resolve)));
  await hand.ring();
  recorder.forget('i-1');
  answers[0]?.(new Map([['i-1', { layout, values: [1] }]]));
  await hand.ring();
  for (let atMs = 0; atMs < 2 * minutes; atMs += 10 * seconds) {
    answers.at(-1)?.(new Map());
    await hand.ring();
  }
  expect([...files.files.keys()]).toEqual([]);
});
