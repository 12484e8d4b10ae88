import { expect, test } from 'vitest';
import { ownPath, wantedPath } from './own-path.ts';

test('whoever logs in goes on to a page of ours, and to no other site however it is written', () => {
  expect(ownPath('/instances?q=a#b')).toBe('/instances?q=a#b');
  for (const foreign of ['https://evil.example', '//evil.example', '/\\evil.example', '/\t/evil.example', 'javascript:alert(1)', '', null, 7])
    expect(ownPath(foreign), String(foreign)).toBeNull();
  expect(ownPath(`/${'a'.repeat(600)}`)).toBeNull();
});

test('the address at which the log-in is shown is the one that was wanted', () => {
  expect(wantedPath({ pathname: '/device', search: '?code=ABCD-EFGH' })).toBe('/device?code=ABCD-EFGH');
  expect(wantedPath({ pathname: '/log-in', search: '?returnTo=%2Fprofile' })).toBe('/profile');
  expect(wantedPath({ pathname: '/log-in', search: '?returnTo=%2F%2Fevil.example' })).toBe('/');
});
