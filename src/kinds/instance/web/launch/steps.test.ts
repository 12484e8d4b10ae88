import { expect, test } from 'vitest';
import type { Problem } from '../../../../web/cloud/client.ts';
import type { Image } from '../../../image/image.ts';
import { defaultInstanceTypes, type InstanceType } from '../../../instance-type/instance-type.ts';
import type { Instance } from '../../instance.ts';
import { fieldsOf } from './refusal.ts';
import { sensibleType } from './sensible.ts';
import { isThere, stepsOf } from './steps.ts';

const running = {
  domain: 'running',
  bootSerial: 1,
  hasSavedState: false,
  rests: false,
  agentConnected: false,
  reachableSince: null,
  startedAt: null,
  restarts: 0,
};
const at = (status: object, power = 'running') =>
  ({ spec: { power }, status: { seen: null, waitingFor: null, failure: null, ...status } }) as unknown as Instance;
const states = (instance: Instance) => stepsOf(instance).map(({ is }) => is);

test.each([
  ['has just been admitted', at({}), ['done', 'now', 'next', 'next']],
  ['waits for its turn to start', at({ waitingFor: { code: 'start-queue' } }), ['done', 'done', 'now', 'next']],
  ['boots', at({ seen: running }), ['done', 'done', 'done', 'now']],
  ['can be logged in to', at({ seen: { ...running, reachableSince: 'now' } }), ['done', 'done', 'done', 'done']],
  ['has failed to start', at({ failure: { reason: 'no' } }), ['done', 'failed', 'next', 'next']],
  ['is not to be started', at({}, 'stopped'), ['done']],
] as const)('a machine that %s is so far', (_, instance, expected) => {
  expect(states(instance)).toEqual(expected);
  expect(isThere(instance)).toBe(expected.every((is) => is === 'done'));
});

test('the sensible size is the one chosen, else the default, else the smallest that the image boots with', () => {
  const types = Object.entries(defaultInstanceTypes).map(([name, spec]) => ({ name, spec }) as InstanceType);
  const image = (memoryMibMin: number) => ({ spec: { memoryMibMin } }) as Image;
  expect(sensibleType(types, null, null)?.name).toBe('m1.small');
  expect(sensibleType(types, image(64), 't1.micro')?.name).toBe('t1.micro');
  expect(sensibleType(types, image(1_000), 't1.micro')?.name).toBe('m1.small');
  expect(sensibleType(types, image(4_096), null)?.name).toBe('m1.large');
  expect(sensibleType(types, image(1_000_000), null)).toBe(null);
});

test('a refusal is shown at the field that it is about', () => {
  const problem = (part: Partial<Problem>) =>
    fieldsOf({ status: 400, code: '', detail: '', remedy: '', requestId: null, params: {}, errors: [], ...part });
  expect(problem({ code: 'NAME_TAKEN' })).toEqual([{ field: 'name', problem: null }]);
  expect(problem({ code: 'NOT_FOUND', params: { kind: 'ssh-key' } })).toEqual([{ field: 'keys', problem: null }]);
  expect(problem({ code: 'INPUT_INVALID', params: { where: 'name' } })).toEqual([{ field: 'name', problem: null }]);
  expect(problem({ code: 'INPUT_INVALID', errors: [{ field: 'labels.team', problem: 'is long' }] })).toEqual([
    { field: 'labels', problem: 'is long' },
  ]);
  expect(problem({ code: 'NO_HOST_FITS' })).toEqual([]);
});
