import fc from 'fast-check';
import { expect, test } from 'vitest';
import { identify, isAlive, parseProcessStat } from './process-identity.ts';

const stat = (name: string, state: string, startTicks: string) =>
  `42 (${name}) ${state} ${Array.from({ length: 18 }, () => '0').join(' ')} ${startTicks} 1 2 3\n`;

test('a process is told by its pid and its start, whatever it calls itself', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 15 }), fc.nat(), (name, start) => {
      expect(parseProcessStat(42, stat(name, 'S', `${start}`))).toEqual({ pid: 42, startTicks: `${start}` });
    }),
  );
});

test('a process that is dead but not yet reaped does not count as living', () => {
  expect(parseProcessStat(42, stat('gone', 'Z', '7'))).toBeNull();
});

test('anything may stand where a stat line is expected', () => {
  fc.assert(fc.property(fc.string(), (text) => void parseProcessStat(1, text)));
});

test('a process with the pid of another that ended before is not taken for it', () => {
  const me = identify(process.pid)!;
  expect(isAlive(me)).toBe(true);
  expect(isAlive({ ...me, startTicks: '1' })).toBe(false);
});
