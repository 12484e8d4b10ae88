import { describe, expect, test } from 'vitest';
import { historyOf } from '../../bin/sim/history.ts';
import { play } from '../../bin/sim/play.ts';
import { plantedBugs } from './planted-bugs.ts';

/** Far fewer than the property plays every time. */
const historiesMax = 150;

describe('the simulated cloud finds a planted bug', () => {
  test.for(plantedBugs.map((bug) => [bug.says, bug] as const))('%s', { timeout: 120_000 }, async ([, bug]) => {
    const { undo, ...options } = bug.plant();
    const found: string[] = [];
    try {
      for (let index = 0; index < historiesMax && found.length === 0; index++) {
        found.push(...(await play(historyOf(`planted-${index}`), options)).problems);
      }
    } finally {
      undo?.();
    }
    expect(found).not.toEqual([]);
    expect(found.join('\n')).not.toContain('the simulation broke');
  });
});
