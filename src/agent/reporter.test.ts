import { expect, test } from 'vitest';
import { SimClock } from '../drivers/sim/sim-clock.ts';
import { sleep } from '../ports/clock.ts';
import type { ControlLink, HostReport } from '../ports/control-link.ts';
import { Reporter } from './reporter.ts';

const item = (id: string, value: number) => ({ kind: 'instance', id, generation: 1, status: { value } });

function reporterOn(answer: (report: HostReport, clock: SimClock) => Promise<void>) {
  const clock = new SimClock(1);
  const sent: { atMs: number; sequence: number | undefined; items: string[] }[] = [];
  const startMs = clock.now();
  const link = {
    async report(report: HostReport) {
      sent.push({
        atMs: clock.now() - startMs,
        sequence: report.sequence,
        items: report.items.map(({ id, status }) => `${id}=${(status as { value: number }).value}`),
      });
      await answer(report, clock);
    },
  } as unknown as ControlLink;
  const reporter = new Reporter({
    clock,
    link,
    everyMs: 10_000,
    head: async () => ({ incarnation: 'one', facts: {}, diskFreeBytes: 0, recovery: null }),
  });
  const abort = new AbortController();
  return { clock, sent, reporter, abort, start: () => void reporter.run(abort.signal) };
}

test('a change is told at once, changes that come together go together, and silence is broken every ten seconds', async () => {
  const { clock, sent, reporter, start } = reporterOn(async () => undefined);
  start();
  await clock.run(1_000);
  reporter.tell(item('a', 1));
  reporter.tell(item('b', 1));
  reporter.tell(item('a', 2));
  await clock.run(100);
  await clock.run(25_000);
  expect(sent.map((each) => each.items)).toEqual([[], ['a=2', 'b=1'], [], []]);
  expect(sent[1]?.atMs).toBeLessThan(1_050);
});

test('what is told again as it was is not sent again', async () => {
  const { clock, sent, reporter, start } = reporterOn(async () => undefined);
  start();
  reporter.tell(item('a', 1));
  await clock.run(1_000);
  const before = sent.length;
  reporter.tell(item('a', 1));
  await clock.run(1_000);
  expect(sent.length).toBe(before);
});

test('everything is told once a minute, and when it is asked for', async () => {
  const { clock, sent, reporter, start } = reporterOn(async () => undefined);
  start();
  reporter.tell(item('a', 1));
  await clock.run(1_000);
  await clock.run(60_000);
  expect(sent.filter(({ items }) => items.includes('a=1')).length).toBe(2);
  reporter.tellAll();
  await clock.run(100);
  expect(sent.at(-1)?.items).toEqual(['a=1']);
});

test('a report that was lost is sent again with what has changed meanwhile', async () => {
  let fails = true;
  const { clock, sent, reporter, start } = reporterOn(async () => {
    if (fails) throw new Error('no answer');
  });
  start();
  reporter.tell(item('a', 1));
  await clock.run(2_000);
  reporter.tell(item('a', 2));
  reporter.tell(item('b', 1));
  fails = false;
  await clock.run(10_000);
  expect(sent.at(-1)?.items.toSorted()).toEqual(['a=2', 'b=1']);
  // The lost one may yet arrive: it must be known as the older.
  expect(sent.map(({ sequence }) => sequence)).toEqual(sent.map((_, index) => index + 1));
});

test('a change that comes while a report is under way is told in the next one', async () => {
  const { clock, sent, reporter, start } = reporterOn((_report, time) => sleep(time, 500));
  start();
  await clock.run(5_000);
  reporter.tell(item('a', 1));
  await clock.run(100);
  reporter.tell(item('a', 2));
  await clock.run(1_500);
  expect(sent.slice(1).map(({ items }) => items)).toEqual([['a=1'], ['a=2']]);
});

test('a wish to hear everything is not lost while a report is under way', async () => {
  const { clock, sent, reporter, start } = reporterOn((_report, time) => sleep(time, 500));
  reporter.tell(item('a', 1));
  start();
  await clock.run(100);
  // The report under way is complete itself: whoever asked meanwhile may have missed it.
  reporter.tellAll();
  await clock.run(2_000);
  expect(sent.map(({ items }) => items)).toEqual([['a=1'], ['a=1']]);
});

test('what is forgotten is not told any more', async () => {
  const { clock, sent, reporter, start } = reporterOn(async () => undefined);
  start();
  reporter.tell(item('a', 1));
  await clock.run(1_000);
  reporter.forget('instance', 'a');
  reporter.tellAll();
  await clock.run(1_000);
  expect(sent.at(-1)?.items).toEqual([]);
});

test('it stops when told to', async () => {
  const { clock, sent, reporter, abort, start } = reporterOn(async () => undefined);
  start();
  await clock.run(1_000);
  abort.abort();
  await clock.settle();
  const before = sent.length;
  reporter.tell(item('a', 1));
  await clock.run(60_000);
  expect(sent.length).toBe(before);
});
