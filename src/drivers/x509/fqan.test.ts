import { describe, expect, test } from 'vitest';
import { readFqan } from './fqan.ts';

describe('a fully qualified attribute name', () => {
  test('says organisation, group and role', () => {
    expect(readFqan('/vo.example.org/group/sub/Role=admin/Capability=NULL')).toEqual({
      vo: 'vo.example.org',
      group: '/vo.example.org/group/sub',
      role: 'admin',
      text: '/vo.example.org/group/sub/Role=admin',
    });
    expect(readFqan('/vo')).toEqual({ vo: 'vo', group: '/vo', role: null, text: '/vo' });
    expect(readFqan('/vo/Role=NULL/Capability=NULL')?.text).toBe('/vo');
  });

  test.each([
    '',
    '/',
    'vo',
    '/vo/',
    '//vo',
    '/vo/Role=',
    '/vo/Role=a/b',
    '/vo/Role=a/Role=b',
    '/Role=a',
    '/vo/Capability=x',
    '/vo/../other',
    '/vo/a b',
    '/vo\n',
    '/vo/role=admin',
    `/vo/${'a/'.repeat(300)}b`,
  ])('%j is none', (text) => expect(readFqan(text)).toBeNull());
});
