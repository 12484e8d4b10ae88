import fc from 'fast-check';
import { expect, test } from 'vitest';
import { oidcMethod } from '../../core/oidc-method.ts';
import { identityOf } from './claims.ts';
import { isSafeAddress } from './loopback.ts';

const method = oidcMethod({ name: 'uni', issuer: 'https://login.example.org', clientId: 'stratuslab' });

test('claims of any shape make an identity of clean texts, or none', () => {
  const names = fc.constantFrom('sub', 'email', 'email_verified', 'name', 'preferred_username', 'groups', '__proto__', 'constructor');
  const claims = fc.dictionary(names, fc.jsonValue());
  fc.assert(
    fc.property(claims, claims, (idToken, userInfo) => {
      const answer = identityOf(method, method.issuer, idToken, userInfo);
      if (answer.type === 'refused') return;
      const { subject, userName, displayName, email, groups } = answer.identity;
      expect(subject).toBe(`https://login.example.org#${idToken['sub'] as string}`);
      // oxlint-disable-next-line no-control-regex -- control characters are what must not be there
      for (const text of [userName, displayName, email, ...groups]) expect(text === null || !/[\u0000-\u001f]/.test(text)).toBe(true);
    }),
  );
});

test.each(['https://login.example.org/a', 'http://localhost:3000', 'http://127.0.0.1/x', 'http://[::1]:80/', 'http://127.1/'])(
  '%s may be asked',
  (address) => {
    expect(isSafeAddress(address)).toBe(true);
  },
);

test.each([
  'http://login.example.org',
  'http://localhost.example.org',
  'http://127.0.0.1.example.org',
  'http://127.0.0.1@example.org',
  'http://[::2]/',
  'http://0.0.0.0/',
  'ftp://localhost',
  'javascript:alert(1)',
  'localhost',
  '',
])('%j may not', (address) => {
  expect(isSafeAddress(address)).toBe(false);
});
