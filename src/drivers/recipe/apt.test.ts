import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parsePrintUris, withoutLogin } from './apt.ts';

const digest = 'ab'.repeat(32);

test('the files that apt would fetch are read with name, version, size and digest', () => {
  const text = `'http://mirror/pool/s/x_6.04%7egit-1_amd64.deb' syslinux_3%3a6.04~git-1_amd64.deb 202844 SHA256:${digest}\n`;
  expect(parsePrintUris(text)).toEqual([
    {
      file: 'syslinux_3%3a6.04~git-1_amd64.deb',
      package: 'syslinux',
      version: '3:6.04~git-1',
      architecture: 'amd64',
      sizeBytes: 202844,
      sha256: digest,
    },
  ]);
});

test('a package without a SHA-256 digest is refused', () => {
  expect(() => parsePrintUris(`'http://mirror/x.deb' x_1_all.deb 5616 MD5Sum:36826e1d6b6eb875e7053b3c95b02017\n`)).toThrow('not understood');
});

test('a package file whose name leads elsewhere is refused', () => {
  expect(() => parsePrintUris(`'http://mirror/x.deb' ../../etc/x_1_all.deb 5 SHA256:${digest}\n`)).toThrow('not understood');
});

test('whatever apt says, no file name with a slash comes out', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (a, b) => {
      try {
        for (const file of parsePrintUris(`'${a}' ${b}_1_all.deb 5 SHA256:${digest}`)) expect(file.file).not.toContain('/');
      } catch (error) {
        expect(String(error)).toContain('not understood');
      }
    }),
  );
});

test("an image's sources carry no log-in of the machine that built it", () => {
  expect(withoutLogin('https://me:secret@mirror.example/debian/')).toBe('https://mirror.example/debian/');
  expect(withoutLogin('http://mirror.example/debian/@latest')).toBe('http://mirror.example/debian/@latest');
});
