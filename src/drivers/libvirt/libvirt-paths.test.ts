import { expect, test } from 'vitest';
import { homeDirBytesMax, libvirtPaths } from './libvirt-paths.ts';

test('a home that leaves no room for socket paths is refused with its length', () => {
  const home = (bytes: number) => `/${'a'.repeat(bytes - 1)}`;
  expect(libvirtPaths(home(homeDirBytesMax)).socket.length).toBeLessThan(108);
  expect(() => libvirtPaths(home(homeDirBytesMax + 1))).toThrow(/has 61 bytes, at most 60/);
});

test.each(['relative/home', '/a/../b', '/a/', '/with space', '/with,comma', '/with"quote', '/new\nline'])('the home %j is refused', (home) => {
  expect(() => libvirtPaths(home)).toThrow(/home directory/);
});
