import { copyFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { days, hours, minutes } from '../../src/core/units.ts';
import {
  asProxy,
  chainOf,
  layLsc,
  makeCa,
  makeCertificate,
  makeProxy,
  makeServer,
  makeUser,
  makeVomsProxy,
  personExtensions,
  proxyExtensions,
  type Proxy,
  type VomsServer,
} from './certificates.ts';
import { makeGridSite, verdictOf, type GridSite } from './grid-site.ts';

let site: GridSite;

beforeAll(async () => {
  site = await makeGridSite();
});
afterAll(() => rm(site.dir, { recursive: true }));

const member = '/testvo/Role=NULL/Capability=NULL';
const producer = '/testvo/analysis/Role=production/Capability=NULL';
/** Of Jane, by the site's own server, and made once: a proxy takes a tenth of a second. */
const proxies = new Map<string, Promise<Proxy>>();
function proxyOf(fqans: readonly string[] = [member, producer], { server = site.voms, flags = ['-newformat'] } = {}): Promise<Proxy> {
  const key = [...fqans, server.vo, server.identity.certFile, ...flags].join(' ');
  const made = proxies.get(key) ?? makeVomsProxy(site.jane, server, site.trustDir, fqans, flags);
  proxies.set(key, made);
  return made;
}

/** The person gets in, and the attributes give nothing. */
const nothing = (problem: RegExp) => ({ type: 'valid', fqans: [], attributeProblems: [expect.stringMatching(problem)] });

describe('VOMS attributes', () => {
  test('say in which groups somebody is, and with which role', async () => {
    const verdict = await verdictOf(site, await proxyOf());
    expect(verdict).toMatchObject({
      type: 'valid',
      subject: { slash: site.jane.subject },
      fqans: [
        { vo: 'testvo', group: '/testvo', role: null, text: '/testvo' },
        { vo: 'testvo', group: '/testvo/analysis', role: 'production', text: '/testvo/analysis/Role=production' },
      ],
      attributeProblems: [],
    });
  });

  test('hold for a proxy of the proxy too', async () => {
    const below = await makeProxy(await proxyOf([producer], { flags: ['-newformat', '-path-length', '3'] }), site.trustDir, '-rfc');
    expect(await verdictOf(site, below)).toMatchObject({ proxyDepth: 2, fqans: [{ text: '/testvo/analysis/Role=production' }] });
  });

  test('are read in the old form of the certificate too', async () => {
    expect(await verdictOf(site, await proxyOf([member], { flags: [] }))).toMatchObject({ fqans: [{ text: '/testvo' }] });
  });

  test('end the verdict when they end', async () => {
    const proxy = await proxyOf([member], { flags: ['-newformat', '-vomslife', '1'] });
    expect(await verdictOf(site, proxy, {}, 59 * minutes)).toMatchObject({ fqans: [{ text: '/testvo' }] });
    expect(await verdictOf(site, proxy, {}, 2 * hours)).toMatchObject(nothing(/ended on/));
  });

  test('of another organisation than the server is for give nothing', async () => {
    expect(await verdictOf(site, await proxyOf([member, '/othervo']))).toMatchObject(nothing(/of testvo and speaks for othervo/));
    expect(await verdictOf(site, await proxyOf(['/othervo'], { server: { ...site.voms, vo: 'othervo' } }))).toMatchObject(
      nothing(/othervo, whose VOMS servers/),
    );
    expect(await verdictOf(site, await proxyOf(['/testvo/Role=a/../b']))).toMatchObject(nothing(/none of VOMS/));
  });

  test('signed by somebody else than the LSC file names give nothing', async () => {
    const { dir, ca, voms, jane } = site;
    const signedBy = async (identity: VomsServer['identity']) => verdictOf(site, await proxyOf([member], { server: { ...voms, identity } }));
    expect(await signedBy(jane)).toMatchObject(nothing(/signed by .*Jane Doe, whom the LSC file/));
    expect(await signedBy(await makeServer(ca, { dir, subject: '/C=FR/O=Grid/CN=voms.evil.org', sameKeyAs: voms.identity }))).toMatchObject(
      nothing(/LSC file/),
    );
    const [constraints] = personExtensions;
    const own = { dir, subject: voms.identity.subject, sameKeyAs: voms.identity } as const;
    const sealed = await makeServer(ca, { ...own, extensions: [constraints, 'keyUsage=keyEncipherment'] });
    expect(await signedBy(sealed)).toMatchObject(nothing(/may not sign/));
    expect(await signedBy(await makeServer(ca, { ...own, extensions: [constraints, '1.2.3.4=critical,ASN1:NULL'] }))).toMatchObject(
      nothing(/1\.2\.3\.4/),
    );
    const untrusted = await makeCa({ dir, subject: '/CN=Other CA', sameKeyAs: jane });
    expect(await signedBy(await makeServer(untrusted, own))).toMatchObject(nothing(/not among the trusted authorities/));
    const twin = await makeCa({ dir, subject: ca.subject, sameKeyAs: jane });
    expect(await signedBy(await makeServer(twin, own))).toMatchObject(nothing(/not signed by/));
  });

  test('of another person give nothing', async () => {
    const { dir, ca, voms, trustDir } = site;
    const eve = await makeUser(ca, { dir, subject: '/C=FR/O=Grid/CN=Eve' });
    const janes = await chainOf((await makeVomsProxy(site.jane, voms, trustDir, [producer])).file);
    // Jane's attributes in a proxy that Eve made: OpenSSL signs whatever extension it is told to.
    const extension = extensionOf(janes[0] as Buffer);
    const stolen = await makeCertificate(eve, {
      dir,
      subject: `${eve.subject}/CN=1`,
      extensions: [...proxyExtensions, `1.3.6.1.4.1.8005.100.100.5=DER:${extension}`],
    });
    expect(await verdictOf(site, await asProxy(stolen, eve.certFile))).toMatchObject({
      ...nothing(/somebody else/),
      subject: { slash: eve.subject },
    });
  });

  test('refuse the person where the site wants it so', async () => {
    const wrong = await proxyOf([member], { server: { ...site.voms, identity: site.jane } });
    expect(await verdictOf(site, wrong, { badAttributes: 'refuse' })).toMatchObject({ type: 'refused', code: 'bad-attributes' });
    expect(await verdictOf(site, await proxyOf(), { requiredVo: 'testvo', badAttributes: 'refuse' })).toMatchObject({ type: 'valid' });
    expect(await verdictOf(site, await proxyOf(), { requiredVo: 'other' })).toMatchObject({ type: 'refused', code: 'vo-missing' });
    expect(await verdictOf(site, wrong, { requiredVo: 'testvo' })).toMatchObject({
      type: 'refused',
      code: 'vo-missing',
      reason: expect.stringMatching(/LSC file/),
    });
    expect(await verdictOf(site, site.jane, { requiredVo: 'testvo' })).toMatchObject({ type: 'refused', code: 'vo-missing' });
  });

  test('meant for certain hosts, or with an extension that must be known, give nothing', async () => {
    expect(await verdictOf(site, await proxyOf([member], { flags: ['-newformat', '-acextension', '2.5.29.55/true~0500'] }))).toMatchObject(
      nothing(/critical extension 2\.5\.29\.55/),
    );
  });

  test('are not read where no VOMS servers are named', async () => {
    expect(await verdictOf(site, await proxyOf(), { vomsDir: null })).toMatchObject(nothing(/not known here/));
  });
});

describe('a VOMS directory', () => {
  const folder = () => join(site.vomsDir, 'testvo');
  beforeEach(async () => {
    await rm(folder(), { recursive: true });
    await layLsc(site.vomsDir, site.voms, [site.voms.identity.subject, site.ca.subject]);
  });

  test('names the server by a chain, of which each name counts; several chains may stand', async () => {
    const { voms, ca, vomsDir } = site;
    const proxy = await proxyOf([member]);
    await layLsc(vomsDir, voms, [voms.identity.subject, '/CN=Other CA']);
    expect(await verdictOf(site, proxy)).toMatchObject(nothing(/LSC file/));
    await layLsc(vomsDir, voms, [voms.identity.subject, ca.subject, '/CN=Root']);
    expect(await verdictOf(site, proxy)).toMatchObject(nothing(/LSC file/));
    await layLsc(vomsDir, voms, ['/CN=old', '/CN=Old CA', '------ NEXT CHAIN ------', voms.identity.subject, ca.subject]);
    expect(await verdictOf(site, proxy)).toMatchObject({ fqans: [{ text: '/testvo' }] });
  });

  test('may hold the certificate of the server itself, which must still be valid', async () => {
    await rm(join(folder(), `${site.voms.host}.lsc`));
    const proxy = await proxyOf([member]);
    expect(await verdictOf(site, proxy)).toMatchObject(nothing(/not among the VOMS servers/));
    await copyFile(site.voms.identity.certFile, join(folder(), 'server.pem'));
    expect(await verdictOf(site, proxy)).toMatchObject({ fqans: [{ text: '/testvo' }] });
    expect(await verdictOf(site, proxy, {}, 20 * days)).toMatchObject({ type: 'refused' });
    await writeFile(join(folder(), 'server.pem'), 'nothing');
    expect(await verdictOf(site, proxy)).toMatchObject(nothing(/not among the VOMS servers/));
  });
});

/** The value of the extension with the attribute certificates, hex, cut out of a certificate. */
function extensionOf(certificate: Buffer): string {
  const oid = Buffer.from('060a2b06010401be4564640504', 'hex');
  const at = certificate.indexOf(oid) + oid.length;
  // Longer than 255 bytes: 0x82 and two bytes of length.
  expect(certificate[at]).toBe(0x82);
  return certificate.subarray(at + 3, at + 3 + certificate.readUInt16BE(at + 1)).toString('hex');
}
