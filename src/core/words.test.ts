import { expect, test } from 'vitest';
import { CloudError } from './errors.ts';
import { oneOf, withArticle } from './words.ts';

test('kinds are spoken of as people do', () => {
  expect(['instance', 'host', 'ssh-key', 'instance-type', 'event', 'image'].map(withArticle)).toEqual([
    'an instance',
    'a host',
    'an SSH key',
    'an instance type',
    'an event',
    'an image',
  ]);
});

test('several possibilities are listed with one or at the end', () => {
  expect([oneOf([]), oneOf(['stopped']), oneOf(['a', 'b']), oneOf(['a', 'b', 'c'])]).toEqual(['', 'stopped', 'a or b', 'a, b or c']);
});

test('an error says a kind in words, and begins with a capital; its remedy names the command as it is typed', () => {
  expect(new CloudError('NAME_TAKEN', { kind: 'instance', name: 'web' }).message).toBe('There is already an instance named web.');
  const missing = new CloudError('NOT_FOUND', { kind: 'ssh-key', ref: 'me', place: '' });
  expect([missing.message, missing.remedy]).toEqual(['There is no SSH key me.', 'List what there is: `stratus ssh-key list`.']);
  expect(new CloudError('BEING_DELETED', { kind: 'instance-type', name: 'big' }).message).toBe('Instance type big is being deleted.');
  expect(new CloudError('INPUT_INVALID', { where: 'name', problem: 'is missing' }).message).toBe('name: is missing.');
});
