import type { Instance } from '../../instance.ts';

export const stepNames = ['admitted', 'disk', 'started', 'logIn'] as const;
export type StepName = (typeof stepNames)[number];

export interface Step {
  readonly name: StepName;
  readonly is: 'done' | 'now' | 'next' | 'failed';
}

/** How far a machine has come on its way to the first log-in. One that is not to be started has only the first step. */
export function stepsOf(instance: Instance): readonly Step[] {
  const { spec, status } = instance;
  const { seen, waitingFor, failure } = status;
  const isOn = seen !== null && seen.bootSerial > 0 && seen.domain !== null && seen.domain !== 'stopped';
  const isPrepared = isOn || (waitingFor !== null && ['start-queue', 'powering-on'].includes(waitingFor.code));
  const done: Readonly<Record<StepName, boolean>> = {
    admitted: true,
    disk: isPrepared,
    started: isOn,
    logIn: isOn && seen.reachableSince !== null,
  };
  const wanted = spec.power === 'stopped' && seen === null ? (['admitted'] as const) : stepNames;
  const now = wanted.find((name) => !done[name]);
  const stuck = failure !== null && !isOn;
  return wanted.map((name) => ({ name, is: done[name] ? 'done' : name === now ? (stuck ? 'failed' : 'now') : 'next' }));
}

/** When a step was reached by what the cloud says, ms since 1970; null where it does not say. */
export function reachedAtMs(instance: Instance, step: StepName): number | null {
  const { seen } = instance.status;
  const at = { admitted: instance.createdAt, disk: null, started: seen?.startedAt ?? null, logIn: seen?.reachableSince ?? null }[step];
  return at === null ? null : Date.parse(at);
}

/** Nothing more will come by itself. */
export function isThere(instance: Instance): boolean {
  return stepsOf(instance).every(({ is }) => is === 'done');
}
