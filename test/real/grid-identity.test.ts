import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { comparableNameOf } from '../../src/core/distinguished-name.ts';
import { x509Method, type X509Method } from '../../src/core/x509-method.ts';
import { nodeClock } from '../../src/drivers/node-clock.ts';
import { GridCertificates } from '../../src/drivers/x509/grid-certificates.ts';
import { chainOf, makeUser, makeVomsProxy } from './certificates.ts';
import { makeGridSite, type GridSite } from './grid-site.ts';

let site: GridSite;

beforeAll(async () => {
  site = await makeGridSite();
});
afterAll(() => rm(site.dir, { recursive: true }));

const verifier = (more: Partial<X509Method> = {}) =>
  new GridCertificates(x509Method({ name: 'grid', trustDir: site.trustDir, vomsDir: site.vomsDir, ...more }), nodeClock);

test('a proxy tells who somebody is by the name of their own certificate, and their groups by VOMS', async () => {
  const proxy = await chainOf((await makeVomsProxy(site.jane, site.voms, site.trustDir, ['/testvo/a/Role=b', '/testvo', '/testvo'])).file);
  expect(await verifier().identify(proxy)).toEqual({
    type: 'found',
    identity: {
      method: 'grid',
      type: 'x509',
      subject: comparableNameOf('/C=FR/O=Grid/OU=Lab/CN=Jane Doe'),
      userName: null,
      displayName: 'Jane Doe',
      email: null,
      groups: ['/testvo/a/Role=b', '/testvo'],
    },
  });
});

test('a name with signs that mean something in names is the same name when it is written', async () => {
  const odd = await makeUser(site.ca, { dir: site.dir, subject: '/C=FR/O=A, B \\+ C/CN=x <y>; #1' });
  const answer = await verifier().identify(await chainOf(odd.certFile));
  expect(answer).toMatchObject({ identity: { subject: comparableNameOf('CN=x \\<y\\>\\; #1,O=A\\, B \\+ C,C=FR') } });
});

test('who is not let in is told why, in a sentence', async () => {
  const jane = await chainOf(site.jane.certFile);
  expect(await verifier().identify([])).toEqual({ type: 'refused', code: 'not-proven', reason: 'No certificate was presented.' });
  expect(await verifier({ requiredVo: 'testvo' }).identify(jane)).toMatchObject({
    code: 'not-in-required-group',
    reason: expect.stringMatching(/^The proxy has no .*\.$/),
  });
});

test('the administrator is told what of the directories does not count', async () => {
  expect(await verifier().check()).toMatchObject([{ isRight: true }]);
  await writeFile(join(site.trustDir, 'broken.pem'), 'nothing');
  expect(await verifier().check()).toEqual([{ isRight: false, says: `${join(site.trustDir, 'broken.pem')}: the certificate cannot be read.` }]);
});
