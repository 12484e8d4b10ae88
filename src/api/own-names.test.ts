import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isOwn, nameOf } from './own-names.ts';

describe('the name that a request calls us by', () => {
  test('is read without its port, and nothing else is read as one', () => {
    expect(['lab:8443', 'LAB.example.org.', '127.0.0.1:80', '[::1]:8443', '[2001:db8::1]'].map(nameOf)).toEqual([
      'lab',
      'lab.example.org',
      '127.0.0.1',
      '::1',
      '2001:db8::1',
    ]);
    for (const wrong of ['', 'a b', 'a@b', 'a/b', 'a:b', '[::1', '::1', 'a:1:2', 'a:999999', 'ä.example', 'a\tb'])
      expect([wrong, nameOf(wrong)]).toEqual([wrong, null]);
  });

  test('is ours when it is an address, this machine, or one of our own', () => {
    const own = ['cloud.example.org', '*.lab.example'];
    for (const name of ['127.0.0.1', '::1', 'localhost', 'x.localhost', '192.0.2.1', '2001:db8::1', 'cloud.example.org', 'a.lab.example'])
      expect([name, isOwn(name, own)]).toEqual([name, true]);
    for (const name of [
      'evil.example',
      'xcloud.example.org',
      'cloud.example.org.evil.example',
      'lab.example',
      'a.b.lab.example',
      'localhost.evil.example',
      '127.0.0.1.evil.example',
    ])
      expect([name, isOwn(name, own)]).toEqual([name, false]);
  });

  test('is never ours when somebody else may own it', () => {
    const label = fc.stringMatching(/^[a-z]{1,10}$/);
    fc.assert(fc.property(fc.array(label, { minLength: 2, maxLength: 4 }), (labels) => !isOwn(`${labels.join('.')}.test`, ['cloud.example.org'])));
  });
});
