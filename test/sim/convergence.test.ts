import { expect, test } from 'vitest';
import { historyOf } from '../../bin/sim/history.ts';
import { play } from '../../bin/sim/play.ts';
import { shrink, tellHistory } from '../../bin/sim/shrink.ts';

const minutes = 60_000;
/** The same in every run, so that a run can be compared with the one before; then some that nobody has seen yet. */
const known = Array.from({ length: 1_900 }, (_, index) => `known-${index}`);
const fresh = Array.from({ length: 200 }, (_, index) => `${Date.now().toString(36)}-${index}`);
const seeds = process.env['SEED'] === undefined ? [...known, ...fresh] : [process.env['SEED']];

test(
  'whatever is asked for and whatever fails, when the failures end everything is as it was asked for, and rests',
  async () => {
    let granted = 0;
    for (const seed of seeds) {
      const history = historyOf(seed);
      const outcome = await play(history);
      granted += outcome.granted;
      if (outcome.problems.length > 0) {
        const short = await shrink(history, async (shorter) => (await play(shorter)).problems.length > 0);
        const { problems } = await play(short);
        throw new Error(
          `SEED=${seed} fails:\n${problems.join('\n')}\nabridged, it is\n${tellHistory(short)}\nsee it all with: npm run sim -- --seed ${seed}`,
        );
      }
    }
    // A property that was never put to the test holds always.
    expect(granted / seeds.length).toBeGreaterThan(3);
  },
  10 * minutes,
);

test('a history played twice goes the same way, to the last word', async () => {
  const tell = async (seed: string) => {
    const lines: string[] = [];
    const { eventsCalled } = await play(historyOf(seed), { tell: (line) => lines.push(line) });
    return [eventsCalled, ...lines];
  };
  for (const seed of ['known-1', 'known-7', 'known-42']) expect(await tell(seed)).toEqual(await tell(seed));
});
