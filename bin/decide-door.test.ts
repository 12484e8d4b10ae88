import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeSelfSigned } from '../src/drivers/certificate/server-certificate.ts';
import type { CloudFacts } from '../src/local/home.ts';
import { doorOf } from './decide-door.ts';

let dir: string;
const path = (name: string) => join(dir, name);
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'stratus-door-of-'));
  for (const name of ['a', 'b']) {
    const { certificatePem, keyPem } = await makeSelfSigned([`${name}.example`], Date.now());
    writeFileSync(path(`${name}.pem`), certificatePem);
    writeFileSync(path(`${name}.key`), keyPem);
  }
});
afterAll(() => rmSync(dir, { recursive: true }));

const known: CloudFacts = {
  cloudId: '01234567',
  port: 7480,
  cidr: '10.0.0.0/20',
  nat: true,
  createdAt: '',
  listen: { address: '0.0.0.0', port: 8443 },
  names: ['lab'],
};

describe('where the cloud listens', () => {
  test('is nowhere but here, until it is wished otherwise; then it stays', () => {
    expect(doorOf({}, null)).toEqual({ listen: null, tls: null, names: [] });
    expect(doorOf({ listen: '0.0.0.0:8443', name: ['Lab.Example'] }, null)).toEqual({
      listen: { address: '0.0.0.0', port: 8443 },
      tls: null,
      names: ['lab.example'],
    });
    expect(doorOf({}, known)).toEqual({ listen: known.listen, tls: null, names: ['lab'] });
    expect(doorOf({ listen: '[::]:443' }, known).listen).toEqual({ address: '::', port: 443 });
    expect(doorOf({ listen: 'none' }, known)).toMatchObject({ listen: null, tls: null });
  });

  test('is never plain HTTP elsewhere', () => {
    expect(() => doorOf({ listen: 'http://0.0.0.0:80' }, null)).toThrow('Plain HTTP is for 127.0.0.1 alone');
  });

  test('is an address and a port', () => {
    for (const wrong of ['', '8443', '0.0.0.0', '0.0.0.0:0', '0.0.0.0:65536', '256.0.0.1:8443', 'lab:8443', '::1:8443', '0.0.0.0:8443/x'])
      expect(() => doorOf({ listen: wrong }, null), wrong).toThrow('is not an address of this machine and a port');
    for (const wrong of ['', '-a', 'a b', 'a..b', 'a/b', `${'x'.repeat(64)}.org`])
      expect(() => doorOf({ name: [wrong] }, null), wrong).toThrow('is not a host name');
  });

  test('has the certificate that was given, if it is one with its key, until it is taken back', () => {
    const given = { 'tls-cert': path('a.pem'), 'tls-key': path('a.key') };
    const tls = { certificateFile: path('a.pem'), keyFile: path('a.key') };
    expect(doorOf(given, known).tls).toEqual(tls);
    expect(doorOf({}, { ...known, tls }).tls).toEqual(tls);
    expect(doorOf({ 'tls-cert': 'none' }, { ...known, tls }).tls).toBeNull();
    expect(() => doorOf({ ...given, 'tls-key': path('b.key') }, known)).toThrow('the key belongs to another certificate');
    expect(() => doorOf({ ...given, 'tls-cert': path('a.key') }, known)).toThrow('it is no PEM certificate');
    expect(() => doorOf({ ...given, 'tls-key': path('nothing') }, known)).toThrow('ENOENT');
    expect(() => doorOf({ 'tls-cert': path('a.pem') }, known)).toThrow('go together');
    expect(() => doorOf(given, null)).toThrow('there is none');
  });
});
