import { describe, type History } from './history.ts';

/** Enough to get rid of what is beside the point, without waiting long. */
const playsMax = 300;

/** A shorter history that still fails: steps are left out as long as it does. */
export async function shrink(history: History, fails: (history: History) => Promise<boolean>): Promise<History> {
  let best = history;
  let plays = 0;
  for (let chunk = Math.ceil(best.steps.length / 2); chunk >= 1; chunk = chunk === 1 ? 0 : Math.ceil(chunk / 2)) {
    for (let from = best.steps.length - chunk; from >= 0 && plays < playsMax; from -= chunk) {
      const shorter = { ...best, steps: best.steps.toSpliced(from, chunk) };
      plays++;
      if (await fails(shorter)) best = shorter;
    }
  }
  return best;
}

export function tellHistory(history: History): string {
  const machines = history.machines.map((machine) => `${machine.name} (${machine.memoryMib} MiB)`).join(', ');
  return [`on ${machines}, ${history.startSlots} start slots:`, ...history.steps.map((step) => `  ${describe(step)}`)].join('\n');
}
