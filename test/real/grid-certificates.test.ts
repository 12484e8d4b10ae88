import { appendFile, copyFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { days, hours, minutes, seconds } from '../../src/core/units.ts';
import { nodeClock } from '../../src/drivers/node-clock.ts';
import { GridTrust } from '../../src/drivers/x509/grid-trust.ts';
import {
  asProxy,
  authorityExtensions,
  chainOf,
  makeCa,
  makeCertificate,
  makeCrl,
  makeProxy,
  makeUser,
  personExtensions,
  proxyExtensions,
  trust,
  type Made,
} from './certificates.ts';
import { makeGridSite, settingsOf, verdictOf, type GridSite } from './grid-site.ts';

let site: GridSite;
let janeIs: object;

beforeAll(async () => {
  site = await makeGridSite();
  janeIs = {
    type: 'valid',
    subject: { slash: '/C=FR/O=Grid/OU=Lab/CN=Jane Doe', rfc4514: 'CN=Jane Doe,OU=Lab,O=Grid,C=FR' },
    commonName: 'Jane Doe',
    issuer: { slash: '/C=FR/O=Grid/CN=Test CA', rfc4514: 'CN=Test CA,O=Grid,C=FR' },
    fqans: [],
    attributeProblems: [],
  };
});
afterAll(() => rm(site.dir, { recursive: true }));

const user = (subject: string, more: Partial<Made> = {}) => makeUser(site.ca, { dir: site.dir, subject, ...more });
const refused = (code: string, reason: RegExp = /./) => ({ type: 'refused', code, reason: expect.stringMatching(reason) });

describe('a certificate', () => {
  test('of a trusted authority is its person', async () => {
    expect(await verdictOf(site, site.jane)).toMatchObject({ ...janeIs, proxyDepth: 0, isLimited: false });
  });

  test('may be made with a key on a curve, or one of RSA', async () => {
    expect(await verdictOf(site, await user('/C=FR/CN=Eve', { key: 'ec' }))).toMatchObject({ type: 'valid', subject: { slash: '/C=FR/CN=Eve' } });
  });

  test('counts from its first day to its last', async () => {
    expect(await verdictOf(site, site.jane, {}, 9 * days)).toMatchObject(janeIs);
    expect(await verdictOf(site, site.jane, {}, 11 * days)).toMatchObject(refused('expired', /Jane Doe ended on 20/));
    expect(await verdictOf(site, site.jane, {}, -1 * hours)).toMatchObject(refused('not-yet-valid'));
  });

  test('of an authority that nobody trusts is nobody, also when that one has a trusted name', async () => {
    const { dir } = site;
    const other = await makeCa({ dir, subject: '/C=XX/CN=Other CA' });
    const twin = await makeCa({ dir, subject: site.ca.subject });
    expect(await verdictOf(site, await makeUser(other, { dir, subject: site.jane.subject }))).toMatchObject(refused('unknown-authority', /Other CA/));
    const impostor = await makeUser(twin, { dir, subject: site.jane.subject });
    expect(await verdictOf(site, impostor)).toMatchObject(refused('bad-signature'));
    expect(await verdictOf(site, await chainOf(impostor.certFile, twin.certFile))).toMatchObject({ type: 'refused' });
    expect(await verdictOf(site, await makeCertificate(null, { dir, subject: '/C=FR/CN=Self' }))).toMatchObject(refused('unknown-authority'));
  });

  test('with weak mathematics is refused', async () => {
    expect(await verdictOf(site, await user('/CN=a', { digest: 'sha1' }))).toMatchObject(refused('weak-algorithm', /SHA-1/));
    expect(await verdictOf(site, await user('/CN=a', { digest: 'md5' }))).toMatchObject(refused('weak-algorithm', /MD5/));
    expect(await verdictOf(site, await user('/CN=a', { key: 'rsa-1024' }))).toMatchObject(refused('weak-key', /1024 bits/));
  });

  test('made for something else is refused', async () => {
    const [constraints, usage] = personExtensions;
    const withExtensions = (...extensions: string[]) => user('/CN=a', { extensions });
    expect(await verdictOf(site, await withExtensions(constraints, usage, 'extendedKeyUsage=serverAuth'))).toMatchObject(refused('wrong-usage'));
    expect(await verdictOf(site, await withExtensions(constraints, 'keyUsage=keyEncipherment'))).toMatchObject(refused('wrong-usage'));
    expect(await verdictOf(site, await withExtensions(...authorityExtensions))).toMatchObject(refused('wrong-usage', /authority/));
    expect(await verdictOf(site, await withExtensions(constraints, '1.2.3.4=critical,ASN1:NULL'))).toMatchObject(
      refused('unknown-extension', /1\.2\.3\.4/),
    );
    expect(await verdictOf(site, await withExtensions(constraints, '1.2.3.4=ASN1:NULL'))).toMatchObject({ type: 'valid' });
  });

  test('whose name could be read as another is refused', async () => {
    expect(await verdictOf(site, await user('/C=FR/O=Grid\\/OU=Lab\\/CN=Jane Doe'))).toMatchObject(refused('malformed', /taken for another/));
  });
});

describe('authorities between', () => {
  const intermediate = (subject: string, extensions: readonly string[] = authorityExtensions, by = site.ca) =>
    makeCertificate(by, { dir: site.dir, subject, extensions });
  const chainBy = async (...authorities: readonly { certFile: string; keyFile: string; subject: string }[]) => {
    const person = await makeUser(authorities[0] ?? site.ca, { dir: site.dir, subject: '/C=FR/CN=Paul' });
    return chainOf(person.certFile, ...authorities.map(({ certFile }) => certFile));
  };

  test('may be presented, and stand under one that is trusted', async () => {
    const between = await intermediate('/C=FR/CN=Between');
    const [paul = Buffer.alloc(0), ca = Buffer.alloc(0)] = await chainBy(between);
    expect(await verdictOf(site, [paul, ca])).toMatchObject({ type: 'valid', subject: { slash: '/C=FR/CN=Paul' } });
    expect(await verdictOf(site, [paul])).toMatchObject(refused('unknown-authority'));
  });

  test('must be authorities, with a key that may sign, and not longer below each other than allowed', async () => {
    const [constraints, , id] = authorityExtensions;
    expect(await verdictOf(site, await chainBy(site.jane))).toMatchObject(refused('not-an-authority'));
    expect(await verdictOf(site, await chainBy(await intermediate('/CN=m', [constraints, 'keyUsage=digitalSignature'])))).toMatchObject(
      refused('wrong-usage'),
    );
    const servers = await intermediate('/CN=servers', [...authorityExtensions, 'extendedKeyUsage=serverAuth']);
    expect(await verdictOf(site, await chainBy(servers))).toMatchObject(refused('wrong-usage', /clients/));
    const short = await intermediate('/CN=short', ['basicConstraints=critical,CA:TRUE,pathlen:0', id]);
    const below = await intermediate('/CN=below', authorityExtensions, short);
    expect(await verdictOf(site, await chainBy(short))).toMatchObject({ type: 'valid' });
    expect(await verdictOf(site, await chainBy(below, short))).toMatchObject(refused('path-too-long'));
  });

  test('count from their first day to their last, as long as those below may be made', async () => {
    const brief = await makeCertificate(site.ca, { dir: site.dir, subject: '/CN=brief', extensions: authorityExtensions, days: 2 });
    const chain = await chainBy(brief);
    expect(await verdictOf(site, chain, {}, 1 * days)).toMatchObject({ type: 'valid' });
    expect(await verdictOf(site, chain, {}, 3 * days)).toMatchObject(refused('expired', /brief ended/));
  });

  test('that limit names are refused, because the limit is not checked', async () => {
    const limiting = await intermediate('/CN=n', [...authorityExtensions, 'nameConstraints=critical,permitted;DNS:example.org']);
    expect(await verdictOf(site, await chainBy(limiting))).toMatchObject(refused('unknown-extension', /nameConstraints/));
  });
});

describe('a proxy', () => {
  test('is the person who made it', async () => {
    const proxy = await makeProxy(site.jane, site.trustDir, '-rfc');
    expect(await verdictOf(site, proxy)).toMatchObject({ ...janeIs, proxyDepth: 1, isLimited: false });
    const again = await makeProxy(proxy, site.trustDir, '-rfc');
    expect(await verdictOf(site, again)).toMatchObject({ ...janeIs, proxyDepth: 2, isLimited: false });
    expect(await verdictOf(site, again, {}, 6 * hours)).toMatchObject(refused('expired'));
  });

  test('of the old kind is, too', async () => {
    expect(await verdictOf(site, await makeProxy(site.jane, site.trustDir, '-old'))).toMatchObject({ ...janeIs, proxyDepth: 1, isLimited: false });
    const limited = await makeProxy(site.jane, site.trustDir, '-old', '-limited');
    expect(await verdictOf(site, limited)).toMatchObject({ ...janeIs, proxyDepth: 1, isLimited: true });
  });

  test('that is limited says so, also through a full one below it, and is refused where the site wants it', async () => {
    const limited = await makeProxy(site.jane, site.trustDir, '-rfc', '-limited');
    const below = await makeProxy(limited, site.trustDir, '-rfc');
    for (const proxy of [limited, below]) {
      expect(await verdictOf(site, proxy)).toMatchObject({ ...janeIs, isLimited: true });
      expect(await verdictOf(site, proxy, { limitedProxies: 'refuse' })).toMatchObject(refused('limited-proxy'));
    }
  });

  test('that has no rights of its person is refused, and one in a draft of the standard', async () => {
    expect(await verdictOf(site, await makeProxy(site.jane, site.trustDir, '-rfc', '-independent'))).toMatchObject(
      refused('bad-proxy', /independent/),
    );
    expect(await verdictOf(site, await makeProxy(site.jane, site.trustDir, '-draft'))).toMatchObject(refused('bad-proxy', /make it with -rfc/));
  });

  test('without the certificates above it proves nothing', async () => {
    const chain = await chainOf((await makeProxy(await makeProxy(site.jane, site.trustDir, '-rfc'), site.trustDir, '-rfc')).file);
    expect(chain).toHaveLength(3);
    expect(await verdictOf(site, chain.slice(0, 1))).toMatchObject(refused('bad-proxy', /without/));
    expect(await verdictOf(site, chain.slice(0, 2))).toMatchObject(refused('bad-proxy', /without/));
    expect(await verdictOf(site, [chain[0], chain[2]] as Buffer[])).toMatchObject(refused('bad-proxy'));
  });

  test('has the name of who signed it and one CN more, and nothing else', async () => {
    const { dir, jane } = site;
    const proxy = async (subject: string, extensions: readonly string[] = proxyExtensions, signer = jane) =>
      verdictOf(site, await asProxy(await makeCertificate(signer, { dir, subject, extensions }), signer.certFile));
    expect(await proxy(`${jane.subject}/CN=1`)).toMatchObject(janeIs);
    for (const subject of ['/C=FR/O=Grid/OU=Lab/CN=Boss/CN=1', `${jane.subject}/CN=1/CN=2`, `${jane.subject}/OU=1`, jane.subject]) {
      expect(await proxy(subject), subject).toMatchObject(refused('bad-proxy', /one CN more/));
    }
    const own = `${jane.subject}/CN=1`;
    const [usage, info] = proxyExtensions;
    expect(await proxy(own, [usage, info, 'subjectAltName=email:boss@example.org'])).toMatchObject(refused('bad-proxy', /second name/));
    expect(await proxy(own, [info, ...authorityExtensions])).toMatchObject(refused('bad-proxy', /authority/));
    expect(await proxy(own, [info, 'keyUsage=keyEncipherment'])).toMatchObject(refused('wrong-usage'));
    expect(await proxy(own, [usage, 'proxyCertInfo=critical,language:1.2.3.4'])).toMatchObject(refused('bad-proxy', /1\.2\.3\.4/));
    expect(await proxy(own, [...proxyExtensions, 'extendedKeyUsage=serverAuth'])).toMatchObject(refused('wrong-usage'));
    expect(await proxy(own, [usage])).toMatchObject({ type: 'refused' });
  });

  test('signed by another key than that of its person is refused, and one with a weak key', async () => {
    const { dir, jane } = site;
    const made = { dir, subject: `${jane.subject}/CN=1`, extensions: proxyExtensions };
    const impostor = await makeCertificate(null, { dir, subject: jane.subject, key: 'rsa' });
    expect(await verdictOf(site, await asProxy(await makeCertificate(impostor, made), jane.certFile))).toMatchObject(refused('bad-signature'));
    expect(await verdictOf(site, await asProxy(await makeCertificate(jane, { ...made, key: 'rsa-1024' }), jane.certFile))).toMatchObject(
      refused('weak-key'),
    );
  });

  test('of an authority is none', async () => {
    const own = await makeCertificate(site.ca, { dir: site.dir, subject: `${site.ca.subject}/CN=1`, extensions: proxyExtensions });
    expect(await verdictOf(site, await asProxy(own, site.ca.certFile))).toMatchObject(refused('bad-proxy', /authority/));
  });

  test('has no more proxies below it than it says', async () => {
    const { dir, jane } = site;
    const [usage] = proxyExtensions;
    const first = await makeCertificate(jane, {
      dir,
      subject: `${jane.subject}/CN=1`,
      extensions: [usage, 'proxyCertInfo=critical,language:id-ppl-inheritAll,pathlen:0'],
    });
    const second = await makeCertificate(first, { dir, subject: `${first.subject}/CN=2`, extensions: proxyExtensions });
    expect(await verdictOf(site, await asProxy(first, jane.certFile))).toMatchObject(janeIs);
    expect(await verdictOf(site, await asProxy(second, first.certFile, jane.certFile))).toMatchObject(refused('path-too-long'));
  });
});

test('a chain of more proxies than anybody needs is refused', async () => {
  const files = [site.jane.certFile];
  let signer = site.jane;
  for (let depth = 1; depth <= 11; depth++) {
    signer = await makeCertificate(signer, { dir: site.dir, subject: `${signer.subject}/CN=${depth}`, extensions: proxyExtensions });
    files.unshift(signer.certFile);
  }
  expect(await verdictOf(site, await chainOf(...files.slice(1)))).toMatchObject({ ...janeIs, proxyDepth: 10 });
  expect(await verdictOf(site, await chainOf(...files))).toMatchObject(refused('path-too-long', /11 proxies/));
});

describe('the trust directory', () => {
  let own: GridSite;
  beforeAll(async () => {
    own = await makeGridSite();
  });
  afterAll(() => rm(own.dir, { recursive: true }));
  const file = (ending: string) => join(own.trustDir, `${own.caHash}.${ending}`);

  test('is followed without a restart: a revoked person is refused, with every proxy', async () => {
    const trustOfSite = new GridTrust(settingsOf(own), nodeClock);
    const chain = await chainOf((await makeProxy(own.jane, own.trustDir, '-rfc')).file);
    expect(await trustOfSite.verifyChain(chain)).toMatchObject(janeIs);
    await makeCrl(own.ca, [own.voms.identity], file('r0'));
    await trustOfSite.reload();
    expect(await trustOfSite.verifyChain(chain)).toMatchObject(janeIs);
    await makeCrl(own.ca, [own.jane], file('r0'));
    await trustOfSite.reload();
    expect(await trustOfSite.verifyChain(chain)).toMatchObject(refused('revoked', /Jane Doe was revoked/));
    await rm(file('r0'));
    await trustOfSite.reload();
    expect(await trustOfSite.verifyChain(chain)).toMatchObject(janeIs);
  });

  test('a revocation list that is past its time, unreadable or of somebody else refuses; one that is missing, only where it is needed', async () => {
    expect(await verdictOf(own, own.jane, { crl: 'required' })).toMatchObject(refused('revocation-unknown', /there is no/));
    await makeCrl(own.ca, [], file('r0'), 5);
    expect(await verdictOf(own, own.jane, { crl: 'required' })).toMatchObject(janeIs);
    expect(await verdictOf(own, own.jane, {}, 6 * hours)).toMatchObject(refused('revocation-unknown', /ended on/));
    const twin = await makeCa({ dir: own.dir, subject: own.ca.subject });
    await makeCrl(twin, [], file('r0'));
    expect(await verdictOf(own, own.jane)).toMatchObject(refused('revocation-unknown', /signed by it/));
    await makeCrl(own.ca, [], file('r0'), 5, ['issuingDistributionPoint=critical,@part', '[part]', 'onlyCA=TRUE']);
    expect(await verdictOf(own, own.jane)).toMatchObject(refused('revocation-unknown', /cannot be read/));
    await writeFile(file('r0'), 'nothing');
    expect(await verdictOf(own, own.jane)).toMatchObject(refused('revocation-unknown', /cannot be read/));
    await rm(file('r0'));
  });

  test('says what of it does not count, and the rest counts', async () => {
    await writeFile(join(own.trustDir, 'broken.pem'), '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n');
    await copyFile(own.jane.certFile, join(own.trustDir, 'cuckoo.pem'));
    await appendFile(join(own.trustDir, 'huge.pem'), Buffer.alloc(2 * 1024 * 1024));
    await writeFile(join(own.vomsDir, 'testvo', 'other.lsc'), 'nothing\n');
    const trustOfSite = new GridTrust(settingsOf(own), nodeClock);
    expect(await trustOfSite.problems()).toEqual([
      { path: join(own.trustDir, 'broken.pem'), problem: 'the certificate cannot be read' },
      { path: join(own.trustDir, 'cuckoo.pem'), problem: expect.stringContaining('no authority') },
      { path: join(own.trustDir, 'huge.pem'), problem: expect.stringContaining('2097152 bytes') },
      { path: join(own.vomsDir, 'testvo', 'other.lsc'), problem: 'the LSC file cannot be read' },
    ]);
    expect(await trustOfSite.verifyChain(await chainOf(own.jane.certFile))).toMatchObject(janeIs);
    const nowhere = new GridTrust(settingsOf(own, { trustDir: '/nowhere', vomsDir: '/nowhere/too' }), nodeClock);
    expect(await nowhere.problems()).toMatchObject([{ path: '/nowhere', problem: 'does not exist' }, { path: '/nowhere/too' }]);
    expect(await nowhere.verifyChain(await chainOf(own.jane.certFile))).toMatchObject(refused('unknown-authority'));
  });

  test.each([
    [
      'signing_policy',
      (subject: string) => `access_id_CA X509 '/C=FR/O=Grid/CN=Test CA'\npos_rights globus CA:sign\ncond_subjects globus '"${subject}"'\n`,
    ],
    ['namespaces', (subject: string) => `# who\nTO Issuer "/C=FR/O=Grid/CN=Test CA" \\\n  PERMIT Subject "${subject.replace('*', '.*')}"\n`],
  ])('a .%s says whom an authority may sign for; one that is not understood permits nobody', async (ending, policy) => {
    await writeFile(file(ending), policy('/C=FR/O=Grid/*'));
    expect(await verdictOf(own, own.jane)).toMatchObject(janeIs);
    await writeFile(file(ending), policy('/C=DE/*'));
    expect(await verdictOf(own, own.jane)).toMatchObject(refused('forbidden-subject'));
    await writeFile(file(ending), `${policy('/C=FR/O=Grid/*')}else\n`);
    expect(await verdictOf(own, own.jane)).toMatchObject(refused('forbidden-subject'));
    await rm(file(ending));
  });

  test('is looked at again when what was read of it is old enough, and a good verdict does not outlive what it stands on', async () => {
    let nowMs = nodeClock.now();
    const door = new GridTrust(settingsOf(own, { reloadSeconds: 30 }), { ...nodeClock, now: () => nowMs });
    const chain = await chainOf(own.jane.certFile);
    expect(await door.verifyChain(chain)).toMatchObject(janeIs);
    await makeCrl(own.ca, [], file('r0'), 5);
    expect(await door.verifyChain(chain)).toMatchObject(janeIs);
    nowMs += 30 * seconds;
    const verdict = await door.verifyChain(chain);
    expect(verdict).toMatchObject({ type: 'valid', untilMs: expect.any(Number) });
    const { untilMs } = verdict as { untilMs: number };
    expect(Math.abs(untilMs - nowMs - 5 * hours)).toBeLessThan(2 * minutes);
    expect(await door.verifyChain(chain, untilMs - 1)).toEqual(verdict);
    expect(await door.verifyChain(chain, untilMs)).toMatchObject(refused('revocation-unknown'));
    expect(await door.verifyChain(chain, nowMs - 1 * hours)).toMatchObject(refused('not-yet-valid'));
    await rm(file('r0'));
  });

  test('a revocation list of an authority that may not sign lists says nothing', async () => {
    const [constraints] = authorityExtensions;
    const ca = await makeCa({ dir: own.dir, subject: '/CN=No lists', extensions: [constraints, 'keyUsage=critical,keyCertSign'] });
    const person = await makeUser(ca, { dir: own.dir, subject: '/CN=Kim' });
    const hash = await trust(ca, own.trustDir);
    expect(await verdictOf(own, person)).toMatchObject({ type: 'valid' });
    await makeCrl(ca, [], join(own.trustDir, `${hash}.r0`));
    expect(await verdictOf(own, person)).toMatchObject(refused('revocation-unknown'));
  });

  test('takes an authority in, and lets it go', async () => {
    const trustOfSite = new GridTrust(settingsOf(own), nodeClock);
    const late = await makeCa({ dir: own.dir, subject: '/CN=Late CA' });
    const chain = await chainOf((await makeUser(late, { dir: own.dir, subject: '/CN=Late' })).certFile);
    expect(await trustOfSite.verifyChain(chain)).toMatchObject(refused('unknown-authority'));
    const hash = await trust(late, own.trustDir);
    await trustOfSite.reload();
    expect(await trustOfSite.verifyChain(chain)).toMatchObject({ type: 'valid' });
    await rm(join(own.trustDir, `${hash}.0`));
    await trustOfSite.reload();
    expect(await trustOfSite.verifyChain(chain)).toMatchObject(refused('unknown-authority'));
  });
});
