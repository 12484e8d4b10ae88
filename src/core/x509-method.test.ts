import { Value } from 'typebox/value';
import { expect, test } from 'vitest';
import { X509Method, x509Method } from './x509-method.ts';

const usual = x509Method({ name: 'grid', vomsDir: null });

test('the settings of the method name directories from the root on, and nothing unknown', () => {
  expect(Value.Check(X509Method, usual)).toBe(true);
  expect(Value.Check(X509Method, { ...usual, vomsDir: '/etc/grid-security/vomsdir', requiredVo: 'vo.example.org' })).toBe(true);
  for (const wrong of [{ trustDir: 'certificates' }, { vomsDir: '' }, { crl: 'never' }, { requiredVo: '../vo' }, { reloadSeconds: 0 }, { more: 1 }]) {
    expect(Value.Check(X509Method, { ...usual, ...wrong }), JSON.stringify(wrong)).toBe(false);
  }
});

test('what is not said is filled in', () => {
  const { vomsDir, requiredVo } = usual;
  expect(Value.Default(X509Method, { type: 'x509', name: 'grid', vomsDir, requiredVo })).toEqual(usual);
});
