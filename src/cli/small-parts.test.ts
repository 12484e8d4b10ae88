import { randomInt } from 'node:crypto';
import { PassThrough, Writable } from 'node:stream';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { kinds } from '../kinds/index.ts';
import { instanceKind } from '../kinds/instance/instance.ts';
import { ControlPlane } from '../kinds/control-plane.ts';
import { ApiError, Unreachable } from './client.ts';
import { CommandError, exitCodeOf } from './exit-codes.ts';
import { undeletable } from './kind-clis.ts';
import { distance, nearest } from './nearest.ts';
import { labelsOf } from './options.ts';
import { overview } from './overview.ts';
import { pathOf } from './session.ts';
import { StatusLine } from './status-line.ts';
import { madeUpName } from '../core/made-up-name.ts';
import { namePattern } from '../core/schema.ts';

test('every kind is a word of its own, said as the kind says it', () => {
  const words = overview.flatMap((group) => group.words);
  expect(words.flatMap(({ kind, says }) => (kind === undefined ? [] : [{ name: kind, says }]))).toEqual(
    kinds.map(({ name, says }) => ({ name, says })),
  );
  const names = words.flatMap(({ name, aliases = [] }) => [name, ...aliases]);
  expect(new Set(names).size).toBe(names.length);
});

test('what the control plane deletes has a delete command, and nothing else', () => {
  const cloud = new ControlPlane({ store: {} as never, clock: { now: () => 0 } as never, images: { recipes: [] } as never });
  expect([...undeletable].toSorted()).toEqual(
    [...cloud.slices.values()]
      .filter((slice) => slice.delete === undefined)
      .map(({ kind }) => kind.name)
      .toSorted(),
  );
});

test.each([
  [new ApiError(400, {}), 2],
  [new ApiError(404, {}), 3],
  [new ApiError(409, {}), 4],
  [new ApiError(412, {}), 4],
  [new ApiError(401, {}), 5],
  [new ApiError(403, {}), 5],
  [new ApiError(503, {}), 6],
  [new ApiError(500, {}), 1],
  [new Unreachable('x'), 6],
  [new CommandError('timedOut', 'x'), 7],
  [Object.assign(new Error('x'), { name: 'AbortError' }), 130],
  [new Error('x'), 1],
])('%s ends with exit code %d', (error, code) => {
  expect(exitCodeOf(error)).toBe(code);
});

test('a mistyped word finds the one that was meant, and nonsense finds none', () => {
  expect(nearest('lsit', ['list', 'launch'])).toBe('list');
  expect(nearest('inst', ['image', 'instance'])).toBe('instance');
  expect(nearest('xyzzy', ['list', 'launch'])).toBe(null);
  expect(distance('ab', 'ba')).toBe(1);
  fc.assert(
    fc.property(fc.string(), fc.string(), (a, b) => {
      expect(distance(a, b)).toBe(distance(b, a));
    }),
  );
});

test('a made-up name is a name, and there are thousands of them', () => {
  const names = new Set(Array.from({ length: 2_000 }, () => madeUpName(randomInt)));
  for (const name of names) expect(name).toMatch(new RegExp(namePattern));
  expect(names.size).toBeGreaterThan(900);
});

test('labels are set, changed and taken away word by word', () => {
  expect(labelsOf(['a=1', 'b=x=y', 'c-'], { c: '3', d: '4' })).toEqual({ a: '1', b: 'x=y', d: '4' });
  expect(() => labelsOf(['=1'])).toThrow('no label');
});

function screen(columns: number | null) {
  let text = '';
  const out = new Writable({ write: (chunk: Buffer, _encoding, done) => ((text += chunk.toString()), done()) });
  return Object.assign(columns === null ? out : Object.assign(out, { isTTY: true, columns }), { shown: () => text });
}

test('on a terminal one line tells what goes on, and leaves nothing behind', () => {
  const out = screen(40);
  const line = new StatusLine(out, false);
  line.tell('web', 'the image is being copied', '[####................] 20 %');
  line.tell('db', 'boots');
  line.done('web');
  const lines = out.shown().split('\r\u001b[K');
  expect(lines).toEqual(['', 'web: the image is being copied [####..…', 'db: boots (and 1 more)', '']);
});

test('into a file every change is a line, told once', () => {
  const out = screen(null);
  const line = new StatusLine(out, false);
  for (const percent of ['1 %', '2 %']) line.tell('web', 'the image is being copied', percent);
  line.tell('web', 'boots\u001b[2J');
  line.done('web');
  expect(out.shown()).toBe('web: the image is being copied\nweb: boots\\e[2J\n');
  const silent = screen(null);
  new StatusLine(silent, true).tell('web', 'boots');
  expect(silent.shown()).toBe('');
  new PassThrough().end();
});

test('an empty name, as of a variable that is not set, never means all there are', () => {
  for (const name of ['', '.', '..']) expect(() => pathOf(instanceKind, name)).toThrow(`"${name}" is no name of an instance.`);
  expect(pathOf(instanceKind, '../web', 'log')).toBe('/v1/instances/..%2Fweb/log');
});

test('an error that is an answer keeps what its sentence was filled with', () => {
  expect(new ApiError(404, { code: 'NOT_FOUND', params: { kind: 'image', ref: 'tny' } }).params).toEqual({ kind: 'image', ref: 'tny' });
});
