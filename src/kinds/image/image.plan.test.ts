import { expect, test } from 'vitest';
import { planImage } from './image.plan.ts';
import { imageKind, type Image } from './image.ts';

const image: Image = {
  kind: 'image',
  id: 'img-00000000000000000000000001',
  name: 'mine',
  project: null,
  labels: {},
  generation: 2,
  revision: 7,
  createdAt: '2031-05-04T12:00:00.000Z',
  updatedAt: '2031-05-04T12:00:00.000Z',
  deletedAt: null,
  createdBy: 'usr-00000000000000000000000001',
  spec: { description: '', source: { type: 'file', path: '/mine.qcow2' }, firmware: 'bios', memoryMibMin: 0, loginUser: 'root' },
  status: imageKind.initialStatus,
};
const nothing = { contentStored: false, instances: 0 };

test('a failed import waits for its owner, and names both ways out', () => {
  const failed = { ...image, status: { ...image.status, failure: { reason: 'there is no such file', generation: 2 } } };
  expect(planImage(failed, nothing)).toMatchObject({
    actions: [],
    waitingFor: {
      owner: 'user',
      reason: 'there is no such file',
      next: 'correct the cause, then: stratus image retry mine; or give it up: stratus image delete mine',
    },
  });
});

test('a failure of an earlier generation is past: the import is tried again', () => {
  const retried = { ...image, status: { ...image.status, failure: { reason: 'there is no such file', generation: 1 } } };
  expect(planImage(retried, nothing).actions).toEqual([{ do: 'import' }]);
});

test('content that is asked for and lost is brought in again', () => {
  const content = { sha256: 'ab', format: 'qcow2', sizeBytes: 1, virtualSizeBytes: 1 } as const;
  const lost = { ...image, status: { ...image.status, content } };
  expect(planImage(lost, nothing).actions).toEqual([{ do: 'forget-content' }]);
  expect(planImage(lost, { ...nothing, contentStored: true }).actions).toEqual([]);
});
