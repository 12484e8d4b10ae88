import fc from 'fast-check';
import { Value } from 'typebox/value';
import { expect, test } from 'vitest';
import { createInstance } from '../../instance.ts';
import { leaseChoices } from '../lease.ts';
import { emptyDraft, problemsIn, readDraft, requestOf, type Draft } from './draft.ts';

const empty = emptyDraft('calm-otter');
const with_ = (part: Partial<Draft>): Draft => ({ ...empty, image: 'img-1', ...part });
const chosen = { type: 'm1.small', keys: ['laptop'] };

test('what is kept is read as it was written', () => {
  const draft = with_({ userData: '#!/bin/sh\n', count: 3, labels: ['a=b'], keys: ['laptop'], diskGib: 2.5, start: false });
  expect(readDraft(JSON.stringify(draft), empty)).toEqual(draft);
});

test('whatever was kept, a draft comes of it', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.json(),
        fc.dictionary(fc.constantFrom(...Object.keys(empty)), fc.jsonValue()).map((value) => JSON.stringify(value)),
      ),
      (text) => {
        const draft = readDraft(text, empty);
        expect(Object.keys(draft)).toEqual(Object.keys(empty));
        problemsIn(draft, new Set());
      },
    ),
  );
});

test('an empty form lacks only the appliance', () => {
  expect(Object.keys(problemsIn(empty, new Set()))).toEqual(['image']);
});

test('a name is told to be taken, also by one of several', () => {
  const taken = new Set(['crew-2']);
  expect(problemsIn(with_({ name: 'crew' }), taken)).toEqual({});
  expect(problemsIn(with_({ name: 'crew', count: 3 }), taken).name).toEqual({ key: 'nameTaken', name: 'crew-2' });
  expect(problemsIn(with_({ name: 'x'.repeat(62), count: 10 }), taken).name?.key).toBe('nameLong');
});

test('what the form finds nothing wrong with has the form that the API takes', () => {
  const draft = fc.record({
    image: fc.constant('img-1'),
    name: fc.constantFrom('a', 'calm-otter'),
    count: fc.oneof(fc.integer(), fc.string()),
    diskGib: fc.oneof(fc.double(), fc.string(), fc.constant('')),
    labels: fc.array(fc.string()),
    description: fc.string(),
    userData: fc.string(),
    firmware: fc.constantFrom('bios' as const, null),
    network: fc.constantFrom('net-1', null),
    start: fc.boolean(),
    lease: fc.constantFrom(...leaseChoices),
    leaseDays: fc.oneof(fc.integer(), fc.string()),
  });
  fc.assert(
    fc.property(draft, (part) => {
      const whole = with_(part);
      if (Object.keys(problemsIn(whole, new Set())).length > 0) return;
      const { path, body } = requestOf(whole, chosen);
      const { name: _name, count, labels: _labels, ...rest } = body;
      expect(path).toBe(count === undefined ? '/v1/instances' : '/v1/instances/batch');
      expect(Value.Check(createInstance, rest), JSON.stringify(rest)).toBe(true);
    }),
  );
});
