import { expect, test } from 'vitest';
import type { EventRecord } from '../../../core/event.ts';
import { matchesEvent, merged } from './event-search.ts';

function event(change: Partial<EventRecord['spec']> = {}, id = 'evt-1', createdAt = '2026-11-21T10:00:00.000Z'): EventRecord {
  const spec = {
    type: 'state',
    subject: { kind: 'instance', id: 'i-1', name: 'web-1' },
    message: 'instance web-1 is running',
    from: 'starting',
    to: 'running',
    reason: null,
    actor: 'system',
    requestId: 'req-7',
    ...change,
  };
  return { id, createdAt, project: 'prj-1', spec } as EventRecord;
}

test('events are found by any of their words, their request and what they are about', () => {
  for (const text of ['web-1 running', 'REQ-7', 'starting', 'i-1']) expect(matchesEvent(event(), { text })).toBe(true);
  expect(matchesEvent(event(), { text: 'web-1 stopped' })).toBe(false);
});

test('events are filtered by kind, sort, project, subject and age', () => {
  expect(matchesEvent(event(), { kind: 'instance', type: 'state', project: 'prj-1', subject: 'i-1' })).toBe(true);
  for (const filter of [{ kind: 'image' }, { type: 'request' }, { project: 'prj-2' }, { subject: 'i-2' }])
    expect(matchesEvent(event(), filter)).toBe(false);
  expect(matchesEvent(event(), { sinceMs: Date.parse('2026-11-21T10:00:01.000Z') })).toBe(false);
});

test('what comes twice stands there once, newest first', () => {
  const old = event({}, 'evt-1', '2026-11-21T10:00:00.000Z');
  const late = event({}, 'evt-3', '2026-11-21T10:00:02.000Z');
  const same = event({}, 'evt-2', '2026-11-21T10:00:02.000Z');
  expect(merged([old, same], [late, old]).map(({ id }) => id)).toEqual(['evt-3', 'evt-2', 'evt-1']);
});
