import { parseArgs } from 'node:util';
import { describe, historyOf } from './sim/history.ts';
import { play } from './sim/play.ts';
import { transcript } from './sim/transcript.ts';

const usage = `Plays a whole cloud's life from a seed, tells it, and says whether every promise was kept.

  npm run sim -- --seed SEED [--hosts N] [--steps N]    one life, told
  npm run sim -- --lives N [--seed SEED]                N lives, only counted

Exits with 1 when a promise was broken.`;

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    hosts: { type: 'string' },
    steps: { type: 'string' },
    lives: { type: 'string' },
    help: { type: 'boolean', short: 'h' },
  },
});

function count(text: string | undefined, name: string): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= 1_000_000) return value;
  console.error(`--${name} is a whole number from 1 to 1,000,000`);
  process.exit(2);
}

const [hosts, steps, lives] = [count(values.hosts, 'hosts'), count(values.steps, 'steps'), count(values.lives, 'lives')];
const seed = values.seed ?? Date.now().toString(36);
const shape = { ...(hosts === undefined ? {} : { hosts }), ...(steps === undefined ? {} : { steps }) };

if (values.help === true) {
  console.log(usage);
} else if (lives === undefined) {
  await tellOne();
} else {
  await countMany(lives);
}

async function tellOne(): Promise<void> {
  const history = historyOf(seed, shape);
  console.log(`seed ${seed}: ${history.machines.length} hosts, ${history.steps.length} steps, ${history.startSlots} start slots a host\n`);
  const outcome = await play(
    history,
    transcript((line) => console.log(line)),
  );
  console.log(`\n${outcome.granted} requests granted, ${outcome.refused} refused; ${outcome.eventsCalled} events.`);
  report(outcome.problems);
}

async function countMany(wanted: number): Promise<void> {
  const startedMs = performance.now();
  let broken = 0;
  for (let index = 0; index < wanted; index++) {
    const history = historyOf(`${seed}-${index}`, shape);
    const { problems } = await play(history);
    if (problems.length === 0) continue;
    broken++;
    console.log(`seed ${history.seed} breaks: ${problems.join('; ')}\n${history.steps.map((step) => `  ${describe(step)}`).join('\n')}`);
  }
  const tookMs = performance.now() - startedMs;
  console.log(
    `${wanted} lives in ${(tookMs / 1000).toFixed(1)} s (${((1000 * wanted) / tookMs).toFixed(0)} a second), ${broken} with broken promises`,
  );
  process.exitCode = broken > 0 ? 1 : 0;
}

function report(problems: readonly string[]): void {
  if (problems.length === 0) console.log('Everything ended as it was asked for, and rests.');
  else console.log(`Broken promises:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
  process.exitCode = problems.length > 0 ? 1 : 0;
}
