import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { metricsPointsMax } from '../../core/metrics.ts';
import { days, hours, minutes, seconds } from '../../core/units.ts';
import { History, type Samples } from './history.ts';
import { MemoryRings } from './memory-rings.fixture.ts';
import { RingLayout, type Values } from './ring-layout.ts';
import { coarsest, finest, metricsKeptMs, middle, tiers } from './tiers.ts';

const layout = new RingLayout(['cpu', 'memory']);
const startMs = Date.UTC(2026, 10, 21, 6);
const startStep = startMs / finest.stepMs;
const nothing: Samples = new Map();

const value = fc.option(fc.double({ min: 0, max: 1e12, noNaN: true }).map(Math.fround), { nil: null });
const values: fc.Arbitrary<Values> = fc.tuple(value, value);

function begun(): { rings: MemoryRings; history: History } {
  const rings = new MemoryRings();
  return { rings, history: new History(rings, layout, 'i-1') };
}

/** A constant for a while, a minute at a time as the recorder does. */
async function constant(history: History, cpu: number, fromMs: number, toMs: number): Promise<void> {
  for (let atMs = fromMs; atMs < toMs; atMs += minutes) {
    await history.add(new Map(Array.from({ length: 6 }, (_, index) => [atMs / finest.stepMs + index, [cpu, null]])));
  }
}

describe('a slot', () => {
  test('gives back what was put in, to the precision of 32 bits', () => {
    fc.assert(
      fc.property(fc.nat(0xffff_ffff), values, (step, all) => {
        expect(layout.decode(layout.encode(step, all), 0, step)).toEqual(all);
      }),
    );
  });

  test('that is for another time, torn, or of other columns is a gap', () => {
    fc.assert(
      fc.property(fc.nat(0xffff_fffe), values, fc.nat(), fc.integer({ min: 1, max: 255 }), (step, all, at, flip) => {
        const bytes = layout.encode(step, all);
        expect(layout.decode(bytes, 0, step + 1)).toBeNull();
        expect(new RingLayout(['cpu', 'disk']).decode(bytes, 0, step)).toBeNull();
        const index = at % bytes.length;
        bytes[index] = (bytes[index] ?? 0) ^ flip;
        expect(layout.decode(bytes, 0, step)).toBeNull();
        expect(layout.decode(bytes.subarray(0, bytes.length - 1), 0, step)).toBeNull();
      }),
    );
  });

  test('has a place of its own, and the file never grows beyond all of them', () => {
    const offsets = new Set(tiers.flatMap((tier) => Array.from({ length: tier.count }, (_, index) => layout.offsetOf(tier, startStep + index))));
    expect(offsets.size * layout.slotBytes).toBe(layout.fileBytes);
    expect(Math.max(...offsets) + layout.slotBytes).toBe(layout.fileBytes);
  });
});

describe('a history', () => {
  test('tells what was measured, and null where nothing was', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.option(values, { nil: null }), { minLength: 1, maxLength: 359 }), async (samples) => {
        const { history } = begun();
        await history.add(new Map(samples.flatMap((each, index) => (each === null ? [] : [[startStep + index, each]]))));
        const toMs = startMs + samples.length * finest.stepMs;
        const told = await history.read({ fromMs: startMs, toMs, stepMs: null }, nothing, toMs);
        expect(told.stepSeconds).toBe(10);
        expect(told.times).toEqual(samples.map((_, index) => startMs / seconds + index * 10));
        for (const [column, name] of layout.columns.entries()) {
          expect(told.series[name]).toEqual(samples.map((each) => (each?.[column] == null ? null : Number(each[column].toPrecision(6)))));
        }
      }),
    );
  });

  test('is the same however the samples were cut into batches, and if a batch comes twice', async () => {
    const sample = fc.tuple(fc.integer({ min: 0, max: 300 }), values);
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(sample, { selector: ([step]) => step, maxLength: 60 }),
        fc.array(fc.nat(7), { maxLength: 20 }),
        async (all, cuts) => {
          const sorted = all.map(([step, each]) => [startStep + step, each] as const).toSorted(([a], [b]) => a - b);
          const [whole, parts] = [begun(), begun()];
          await whole.history.add(new Map(sorted));
          const rest = [...sorted];
          for (const cut of cuts) {
            const batch = new Map(rest.splice(0, cut));
            await parts.history.add(batch);
            if (cut % 2 === 0) await parts.history.add(batch);
          }
          await parts.history.add(new Map(rest));
          const nowMs = startMs + hours;
          for (const stepMs of [null, 1 * minutes, 15 * minutes]) {
            const query = { fromMs: startMs, toMs: nowMs, stepMs };
            const [a, b] = [await whole.history.read(query, nothing, nowMs), await parts.history.read(query, nothing, nowMs)];
            expect(b.times).toEqual(a.times);
            for (const name of layout.columns) expect(near(b.series[name] ?? [])).toEqual(near(a.series[name] ?? []));
          }
        },
      ),
      { numRuns: 30 },
    );
  });

  test('keeps 10 s for an hour, minutes for a day, quarters of an hour for 30 days', async () => {
    const { rings, history } = begun();
    const nowMs = startMs + 30 * hours;
    await constant(history, 0.5, startMs, nowMs);
    const read = (fromMs: number) => history.read({ fromMs, toMs: nowMs, stepMs: null }, nothing, nowMs);
    const hour = await read(nowMs - 1 * hours);
    expect([hour.stepSeconds, hour.times.length, new Set(hour.series['cpu'])]).toEqual([10, 360, new Set([0.5])]);
    // 1,440 minutes are more than are told at once: two by two.
    const day = await read(nowMs - 1 * days);
    expect([day.stepSeconds, day.times.length, new Set(day.series['cpu'])]).toEqual([120, 720, new Set([0.5])]);
    const week = await read(nowMs - 7 * days);
    expect([week.stepSeconds, week.times.length, new Set(week.series['cpu'])]).toEqual([900, 672, new Set([null, 0.5])]);
    const all = await read(0);
    expect(all.stepSeconds).toBe(45 * 60);
    expect(rings.files.get('i-1')?.length).toBeLessThanOrEqual(layout.fileBytes);
  });

  test('a mean is over what was measured: a gap does not pull it down', async () => {
    const { history } = begun();
    await history.add(new Map([0, 3].map((index) => [startStep + index, [0.8, null]])));
    const nowMs = startMs + 1 * minutes;
    const told = await history.read({ fromMs: startMs, toMs: nowMs, stepMs: 1 * minutes }, nothing, nowMs);
    expect(told.series).toEqual({ cpu: [0.8], memory: [null] });
  });

  test('samples that are not written yet are told too, in every fineness', async () => {
    const { history } = begun();
    const fresh: Samples = new Map([[startStep, [0.4, 7]]]);
    const nowMs = startMs + 10 * seconds;
    for (const stepMs of [null, middle.stepMs, coarsest.stepMs]) {
      const told = await history.read({ fromMs: startMs, toMs: nowMs, stepMs }, fresh, nowMs);
      expect(told.series).toEqual({ cpu: [0.4], memory: [7] });
    }
  });

  test('any question has an answer that is short and even', async () => {
    const { history } = begun();
    await constant(history, 0.5, startMs, startMs + 10 * minutes);
    const nowMs = startMs + 12 * minutes;
    const time = fc.oneof(fc.integer({ min: nowMs - 40 * days, max: nowMs + days }), fc.constantFrom(0, nowMs, Number.MAX_SAFE_INTEGER));
    await fc.assert(
      fc.asyncProperty(time, time, fc.option(fc.integer({ min: 1, max: 40 * days })), async (fromMs, toMs, stepMs) => {
        const told = await history.read({ fromMs, toMs, stepMs }, nothing, nowMs);
        expect(told.times.length).toBeLessThanOrEqual(metricsPointsMax);
        for (const name of layout.columns) expect(told.series[name]).toHaveLength(told.times.length);
        for (const [index, at] of told.times.entries()) expect(at).toBe((told.times[0] ?? 0) + index * told.stepSeconds);
        if (stepMs !== null) expect(told.stepSeconds * seconds).toBeGreaterThanOrEqual(Math.min(stepMs, metricsKeptMs));
        for (const each of told.series['cpu'] ?? []) expect([null, 0.5]).toContain(each);
      }),
    );
  });
});

/** Sums in another order differ in the last digits. */
function near(all: readonly (number | null)[]): (number | null)[] {
  return all.map((each) => (each === null ? null : Number(each.toPrecision(4))));
}
