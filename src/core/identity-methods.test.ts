import { Check } from 'typebox/value';
import { describe, expect, test } from 'vitest';
import { LdapMethod, ldapMethod, originalTree } from './ldap-method.ts';
import { OidcMethod, oidcMethod } from './oidc-method.ts';

describe('a directory in the settings', () => {
  const lab = ldapMethod({ name: 'lab', url: 'ldap://directory.example.org', userBase: 'ou=people,dc=example,dc=org' });

  test('needs an address and where people are, no more', () => {
    expect(Check(LdapMethod, lab)).toBe(true);
    expect(Check(LdapMethod, originalTree({ name: 'lab', url: 'ldaps://10.0.0.1:636' }))).toBe(true);
  });

  test.each([
    { url: 'http://directory.example.org' },
    { url: 'ldap://user:secret@directory.example.org' },
    { url: 'ldap://directory.example.org/ou=people?uid?sub' },
    { userAttribute: 'uid=*)(cn' },
    { userAttribute: '(|(uid=*)' },
    { userObjectClass: '*' },
    { groupObjectClasses: [] },
    { groupObjectClasses: ['anything'] },
    { bindPassword: '' },
    { timeoutMs: 0 },
    { filter: '(uid=%s)' },
  ])('is refused with %j', (wrong) => {
    expect(Check(LdapMethod, { ...lab, ...wrong })).toBe(false);
  });
});

describe('a provider in the settings', () => {
  const uni = oidcMethod({ name: 'uni', issuer: 'https://login.example.org/realms/uni', clientId: 'stratuslab' });

  test('needs an issuer and a client, no more', () => {
    expect(Check(OidcMethod, uni)).toBe(true);
  });

  test.each([
    { issuer: 'ftp://login.example.org' },
    { issuer: 'https://login.example.org?realm=uni' },
    { clientId: '' },
    { clientSecret: '' },
    { clientAuthentication: 'none' },
    { scopes: ['openid email'] },
    { claims: {} },
  ])('is refused with %j', (wrong) => {
    expect(Check(OidcMethod, { ...uni, ...wrong })).toBe(false);
  });
});

test('secrets are marked: they are written and never read', () => {
  const secrets = [LdapMethod, OidcMethod].flatMap((schema) =>
    Object.entries(schema.properties).flatMap(([name, each]) => (JSON.stringify(each).includes('"writeOnly":true') ? [name] : [])),
  );
  expect(secrets).toEqual(['bindPassword', 'clientSecret']);
});
