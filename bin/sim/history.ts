import { minutes, seconds } from '../../src/core/units.ts';
import { between, chanceFrom, oneOf, type Chance } from '../../src/drivers/sim/random.ts';
import type { SimMachine } from '../../src/drivers/sim/sim-host.ts';
import { restartPolicies } from '../../src/kinds/instance/instance.ts';

/** One thing that happens. `target` counts through the instances that there are then; `host` through the hosts. */
export type Happening =
  | { readonly do: 'create'; readonly name: string; readonly body: Readonly<Record<string, unknown>> }
  /** Where the state forbids it, one that it allows: the `otherwise`-th. */
  | {
      readonly do: 'verb';
      readonly target: number;
      readonly verb: string;
      readonly otherwise: number;
      readonly body?: Readonly<Record<string, unknown>>;
    }
  | { readonly do: 'update'; readonly target: number; readonly body: Readonly<Record<string, unknown>> }
  | { readonly do: 'rename'; readonly target: number; readonly name: string }
  | { readonly do: 'delete'; readonly target: number }
  | { readonly do: 'control-plane-dies'; readonly afterCommits: number; readonly downMs: number }
  | {
      readonly do: 'agent-dies';
      readonly host: number;
      readonly after: 'now' | 'commits' | 'changes';
      readonly count: number;
      readonly downMs: number;
    }
  | { readonly do: 'power-cut'; readonly host: number; readonly downMs: number }
  | { readonly do: 'line-cut'; readonly host: number; readonly downMs: number }
  | { readonly do: 'guest-ends'; readonly target: number; readonly how: 'shutdown' | 'crashed' }
  | { readonly do: 'bridge-vanishes'; readonly host: number }
  | { readonly do: 'weather'; readonly is: 'calm' | 'stormy' }
  | { readonly do: 'nothing' };

export interface Step {
  readonly what: Happening;
  readonly thenMs: number;
}

/** A whole life as data: played again, it goes the same way. */
export interface History {
  readonly seed: string;
  readonly machines: readonly SimMachine[];
  readonly startSlots: number;
  readonly steps: readonly Step[];
}

const names = ['ada', 'bob', 'cleo', 'dora', 'emil', 'flo'];
const types = ['t1.micro', 't1.micro', 't1.micro', 'm1.small'];
/** What users ask for most, most often. */
const verbs = [
  'start',
  'start',
  'start',
  'stop',
  'stop',
  'stop',
  'force-stop',
  'reboot',
  'reboot',
  'pause',
  'resume',
  'suspend',
  'suspend',
  'resume',
  'resize',
];

export interface HistoryOptions {
  readonly hosts?: number;
  readonly steps?: number;
}

/** The life that belongs to a seed. */
export function historyOf(seed: string, options: HistoryOptions = {}): History {
  const chance = chanceFrom(`${seed}/history`);
  const hosts = options.hosts ?? between(chance, 1, 3);
  const machines = Array.from({ length: hosts }, (_, index) => ({ name: `host${index + 1}`, vcpus: 2, memoryMib: oneOf(chance, [4096, 8192]) }));
  const length = options.steps ?? between(chance, 5, 25);
  const steps: Step[] = [{ what: { do: 'weather', is: chance() < 0.5 ? 'stormy' : 'calm' }, thenMs: 0 }];
  while (steps.length < length) steps.push({ what: chooseHappening(chance, steps.length), thenMs: choosePause(chance) });
  return { seed, machines, startSlots: between(chance, 1, 3), steps };
}

/** Often at once, so that things meet; sometimes long enough for everything to end. */
function choosePause(chance: Chance): number {
  const kind = chance();
  if (kind < 0.35) return between(chance, 0, 50);
  if (kind < 0.7) return between(chance, 50, 3_000);
  if (kind < 0.93) return between(chance, 3, 30) * seconds;
  return between(chance, 30, 150) * seconds;
}

function chooseHappening(chance: Chance, at: number): Happening {
  const kind = at < 3 ? chance() * 0.3 : chance();
  const target = between(chance, 0, 5);
  const host = between(chance, 0, 2);
  const downMs = chance() < 0.5 ? between(chance, 0, 5_000) : between(chance, 5_000, 2 * minutes);
  if (kind < 0.22) return { do: 'create', name: oneOf(chance, names), body: chooseBody(chance) };
  if (kind < 0.58) return chooseVerb(chance, target);
  if (kind < 0.61)
    return {
      do: 'update',
      target,
      body: chance() < 0.5 ? { restartPolicy: oneOf(chance, restartPolicies) } : { stopTimeoutSeconds: between(chance, 0, 60) },
    };
  if (kind < 0.64) return { do: 'rename', target, name: oneOf(chance, names) };
  if (kind < 0.71) return { do: 'delete', target };
  if (kind < 0.77) return { do: 'control-plane-dies', afterCommits: chance() < 0.3 ? 0 : between(chance, 1, 6), downMs };
  if (kind < 0.86)
    return { do: 'agent-dies', host, after: oneOf(chance, ['now', 'commits', 'changes'] as const), count: between(chance, 1, 6), downMs };
  if (kind < 0.9) return { do: 'power-cut', host, downMs };
  if (kind < 0.93) return { do: 'line-cut', host, downMs };
  if (kind < 0.96) return { do: 'guest-ends', target, how: oneOf(chance, ['shutdown', 'crashed'] as const) };
  if (kind < 0.97) return { do: 'bridge-vanishes', host };
  return { do: 'weather', is: oneOf(chance, ['calm', 'stormy'] as const) };
}

function chooseBody(chance: Chance): Record<string, unknown> {
  return {
    image: 'tiny',
    type: oneOf(chance, types),
    start: chance() < 0.85,
    restartPolicy: oneOf(chance, restartPolicies),
    stopTimeoutSeconds: oneOf(chance, [0, 5, 20, 60]),
    ...(chance() < 0.1 ? { userData: '#!/bin/sh\necho hello\n' } : {}),
  };
}

function chooseVerb(chance: Chance, target: number): Happening {
  const verb = oneOf(chance, verbs);
  const otherwise = between(chance, 0, 9);
  if (verb === 'stop' && chance() < 0.3) return { do: 'verb', target, verb, otherwise, body: { timeoutSeconds: between(chance, 0, 30) } };
  if (verb === 'reboot' && chance() < 0.3) return { do: 'verb', target, verb, otherwise, body: { force: true } };
  if (verb === 'resize')
    return { do: 'verb', target, verb, otherwise, body: chance() < 0.5 ? { type: oneOf(chance, types) } : { diskGib: between(chance, 1, 4) } };
  return { do: 'verb', target, verb, otherwise };
}

/** One line for people. */
export function describe({ what, thenMs }: Step): string {
  const { do: verb, ...rest } = what;
  const details = Object.entries(rest).map(([key, value]) => `${key}=${typeof value === 'object' ? JSON.stringify(value) : String(value)}`);
  return [verb, ...details, `then ${thenMs} ms`].join(' ');
}
