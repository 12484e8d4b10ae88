import { expect, test } from 'vitest';
import { planImage } from './image.plan.ts';
import { imageKind, type Image } from './image.ts';

const content = { sha256: 'ab'.repeat(32), format: 'qcow2', sizeBytes: 1, virtualSizeBytes: 1 } as const;
const image = (status: Partial<Image['status']> = {}, fields: Partial<Image> = {}): Image => ({
  kind: 'image',
  id: 'img-1',
  name: 'tiny',
  project: null,
  labels: {},
  generation: 2,
  revision: 1,
  createdAt: '2026-01-02T03:04:05.678Z',
  updatedAt: '2026-01-02T03:04:05.678Z',
  deletedAt: null,
  createdBy: 'system',
  spec: { description: '', source: { type: 'recipe', recipe: 'tiny' }, firmware: 'bios', memoryMibMin: 0, loginUser: 'root' },
  status: { ...imageKind.initialStatus, ...status },
  ...fields,
});
const plan = (what: Image, seen: Partial<Parameters<typeof planImage>[1]> = {}) => planImage(what, { contentStored: false, instances: 0, ...seen });
const actions = (...args: Parameters<typeof plan>) => plan(...args).actions.map((action) => action.do);
const deleted = { deletedAt: '2026-01-02T03:04:05.678Z' };

test('an image without content is brought in', () => {
  expect(actions(image())).toEqual(['import']);
});

test('an image whose content is stored rests', () => {
  expect(plan(image({ content }), { contentStored: true })).toEqual({ actions: [], waitingFor: null, wakeAfterMs: null });
});

test('content that got lost is brought in again', () => {
  expect(actions(image({ content }))).toEqual(['forget-content']);
});

test('a failure ends the tries of its generation, and a new one is a new try', () => {
  const failure = { reason: 'the checksum differs', generation: 2 };
  expect(plan(image({ failure }))).toMatchObject({
    actions: [],
    waitingFor: { code: 'import-failed', owner: 'user', reason: 'the checksum differs' },
  });
  expect(actions(image({ failure }, { generation: 3 }))).toEqual(['import']);
});

test('a deleted image takes its content along, but not from under an instance', () => {
  expect(actions(image({ content }, deleted), { contentStored: true })).toEqual(['remove-content', 'finish-deletion']);
  expect(actions(image({}, deleted))).toEqual(['finish-deletion']);
  expect(plan(image({ content }, deleted), { contentStored: true, instances: 1 })).toMatchObject({ actions: [], waitingFor: { code: 'in-use' } });
});
