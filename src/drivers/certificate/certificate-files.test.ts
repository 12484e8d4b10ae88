import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { days } from '../../core/units.ts';
import { CertificateFiles } from './certificate-files.ts';
import { lastsFor, makeSelfSigned, readServerCertificate, selfSignedMs } from './server-certificate.ts';

test('a renewal that is half written changes nothing; when it is whole it is taken up', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'stratus-certificate-'));
  const [certificateFile, keyFile] = [join(dir, 'certificate.pem'), join(dir, 'key.pem')];
  const [first, second] = [await makeSelfSigned(['a.example'], Date.now()), await makeSelfSigned(['b.example', '::1'], Date.now())];
  writeFileSync(certificateFile, first.certificatePem);
  writeFileSync(keyFile, first.keyPem);
  const problems: string[] = [];
  let changes = 0;
  const files = new CertificateFiles({
    certificateFile,
    keyFile,
    isGiven: true,
    lookEveryMs: 10,
    onError: ({ message }) => void problems.push(message),
  });
  files.onChange(() => changes++);
  const { fingerprint } = files.current();
  writeFileSync(certificateFile, second.certificatePem);
  await expect.poll(() => problems.length).toBeGreaterThan(0);
  expect([files.current().fingerprint, changes]).toEqual([fingerprint, 0]);
  expect(problems[0]).toContain('the key belongs to another certificate');
  writeFileSync(keyFile, second.keyPem);
  await expect.poll(() => changes).toBe(1);
  expect(files.current()).toMatchObject({ names: ['b.example', '0:0:0:0:0:0:0:1'], isGiven: true });
  writeFileSync(certificateFile, 'nonsense');
  await expect.poll(() => problems.at(-1)).toContain('it is no PEM certificate');
  expect(files.current().names[0]).toBe('b.example');
  files.close();
  rmSync(dir, { recursive: true });
});

test('a certificate of its own lasts ten years, and its key is its own', async () => {
  const nowMs = Date.parse('2031-05-04T12:00:00Z');
  const [made, other] = [await makeSelfSigned(['a.example'], nowMs), await makeSelfSigned(['a.example'], nowMs)];
  expect(lastsFor(made.certificatePem, selfSignedMs - 1 * days, nowMs)).toBe(true);
  expect(lastsFor(made.certificatePem, 30 * days, nowMs + selfSignedMs - 29 * days)).toBe(false);
  expect(readServerCertificate(`${made.certificatePem}${made.keyPem}`, `${made.certificatePem}${made.keyPem}`, false).fingerprint).toMatch(
    /^sha256:[0-9a-f]{64}$/,
  );
  expect(() => readServerCertificate(made.certificatePem, other.keyPem, false)).toThrow('the key belongs to another certificate');
});
