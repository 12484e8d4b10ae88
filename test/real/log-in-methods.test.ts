import { rm } from 'node:fs/promises';
import { request as httpsRequest } from 'node:https';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { identityDrivers } from '../../bin/identity-drivers.ts';
import { testCloud, type TestCloud } from '../../src/api/api.fixture.ts';
import { originalTree } from '../../src/core/ldap-method.ts';
import { nodeClock } from '../../src/drivers/node-clock.ts';
import { makeGridSite, type GridSite } from './grid-site.ts';
import { makeProxy, makeVomsProxy, type Identity, type Proxy } from './certificates.ts';
import { startOidcProvider, walk, type RunningProvider } from './oidc-provider.ts';
import { password, startSlapd, type Slapd } from './slapd.ts';
import { tlsCloud, type TlsCloud } from './tls-cloud.ts';

const identity = { ...identityDrivers(nodeClock) };
const host = 'localhost:8443';

/** Sets the methods, and says so when they are refused. */
async function setMethods(cloud: TestCloud, methods: readonly object[]): Promise<void> {
  const answer = await cloud.ask('PATCH', '/v1/settings', { methods: [{ type: 'local' }, ...methods] });
  expect([answer.statusCode, answer.body]).toEqual([200, expect.anything()]);
}

describe('with the original tree of a directory', () => {
  let slapd: Slapd;
  let cloud: TestCloud;
  beforeAll(async () => {
    [slapd, cloud] = await Promise.all([startSlapd(), testCloud({ identity })]);
    await cloud.ask('POST', '/v1/projects', { name: 'physics' });
    const mappings = [
      { group: 'CN=physics, ou=groups,o=cloud', project: 'physics', role: 'member', cloudRole: null },
      { group: 'cn=physics,ou=groups,o=cloud', project: 'gone', role: 'member', cloudRole: null },
    ];
    await setMethods(cloud, [{ ...originalTree({ name: 'lab', url: slapd.url }), label: 'The lab', createUsers: true, mappings }]);
  });
  afterAll(async () => {
    await cloud.close();
    await slapd.remove();
  });
  const logIn = (user: string, word: string, remoteAddress = '192.0.2.1') =>
    cloud.inject({ method: 'POST', url: '/v1/session', remoteAddress, headers: { host }, payload: { user, password: word } });
  const as = async (user: string, url: string) => {
    const [cookie] = (await logIn(user, password)).cookies;
    return (await cloud.inject({ url, headers: { host, cookie: `${cookie?.name}=${cookie?.value}` } })).json();
  };

  test('whoever is in cloud-access gets in with the password of the directory, an account, and what the groups give', async () => {
    const answer = await logIn('ada', password);
    expect(answer.json()).toMatchObject({ user: { name: 'ada', role: 'user' }, method: 'ldap:lab', pending: null });
    expect(await as('ada', '/v1/session')).toMatchObject({ projects: [{ name: 'physics', role: 'member' }] });
    expect(await as('ada', '/v1/projects')).toMatchObject({ items: [{ name: 'physics' }] });
    expect((await cloud.ask('GET', '/v1/users?name=ada')).json().items).toHaveLength(1);
  });

  test('nobody else does: not with a wrong or an empty password, not without the group, not by a name that is a filter', async () => {
    for (const [user, word] of [
      ['ada', 'wrong'],
      ['ada', ' '],
      ['bob', password],
      ['ad*', password],
      ['*)(uid=*', password],
      ['nobody', password],
    ] as const)
      expect([user, (await logIn(user, word, '192.0.2.9')).statusCode]).toEqual([user, 401]);
    expect((await cloud.ask('GET', '/v1/users?name=bob')).json().items).toEqual([]);
  });

  test('an account that was here before under the same name is not theirs', async () => {
    await cloud.ask('POST', '/v1/users', { name: 'zo', displayName: 'Somebody else' });
    await slapd.modify(
      'dn: uid=zo,ou=users,o=cloud\nchangetype: add\nobjectClass: inetOrgPerson\nuid: zo\ncn: Zo\nsn: Zo\nuserPassword: zo zo zo zo\n\ndn: cn=cloud-access,ou=groups,o=cloud\nchangetype: modify\nadd: uniqueMember\nuniqueMember: uid=zo,ou=users,o=cloud\n',
    );
    const answer = await logIn('zo', 'zo zo zo zo', '192.0.2.3');
    expect(answer.json()).toMatchObject({ status: 403, code: 'LINK_NEEDED' });
  });

  test('explain says what would happen and why', async () => {
    const { steps, rights } = (await cloud.ask('GET', '/v1/users/ada/explain')).json();
    const said = steps.map(({ method, says }: { method: string; says: string }) => `${method}: ${says}`).join('\n');
    expect(said).toMatch(/lab: the directory knows ada/);
    expect(said).toMatch(/lab: that person is linked to this account/);
    expect(said).toMatch(/lab: a mapping names the project gone, which does not exist/);
    expect(rights).toMatchObject({ role: 'user', projects: [{ name: 'physics', role: 'member', from: ['ldap:lab (member)'] }] });
    const stranger = (await cloud.ask('GET', '/v1/users/bob/explain')).json();
    expect(JSON.stringify(stranger.steps)).toMatch(/cloud-access|group/);
  });

  test('a role that the directory takes back is gone at the next log-in', async () => {
    await slapd
      .modify('dn: cn=physics,ou=groups,o=cloud\nchangetype: modify\ndelete: uniqueMember\nuniqueMember: uid=ada,ou=users,o=cloud\n')
      .catch(() =>
        slapd.modify('dn: cn=physics,ou=groups,o=cloud\nchangetype: modify\nreplace: uniqueMember\nuniqueMember: uid=bob,ou=users,o=cloud\n'),
      );
    expect(await as('ada', '/v1/session')).toMatchObject({ projects: [] });
  });

  test('a directory that is down is said to be, and locks nobody else out', async () => {
    await slapd.stop();
    expect((await logIn('ada', password, '192.0.2.5')).json()).toMatchObject({
      status: 503,
      code: 'UNAVAILABLE',
      detail: expect.stringMatching(/directory/i),
    });
    expect((await logIn('admin', cloud.password, '192.0.2.6')).statusCode).toBe(201);
    const { steps } = (await cloud.ask('GET', '/v1/users/ada/explain')).json();
    expect(JSON.stringify(steps)).toMatch(/the directory cannot be asked/);
    expect((await cloud.ask('POST', '/v1/settings/methods/lab/check')).json().findings.at(-1)).toMatchObject({ isRight: false });
  });
});

describe('with an OpenID provider', () => {
  let provider: RunningProvider;
  let cloud: TestCloud;
  const callback = 'http://localhost:8443/v1/session/oidc/uni/callback';
  beforeAll(async () => {
    [provider, cloud] = await Promise.all([startOidcProvider({ redirectUris: [callback] }), testCloud({ identity })]);
    const { issuer, clientId, clientSecret } = provider;
    await cloud.ask('POST', '/v1/projects', { name: 'physics' });
    const mappings = [{ group: 'physics', project: 'physics', role: 'owner', cloudRole: null }];
    await setMethods(cloud, [
      { type: 'oidc', name: 'uni', label: 'University', issuer, clientId, clientSecret, scopes: ['profile', 'email', 'groups'], mappings },
    ]);
  });
  afterAll(async () => {
    await cloud.close();
    await provider.stop();
  });

  const leave = async (returnTo = '/instances') => {
    const left = await cloud.inject({ method: 'POST', url: '/v1/session/oidc/uni', headers: { host }, payload: { returnTo } });
    const [cookie] = left.cookies;
    return { url: left.json().url as string, cookie: `${cookie?.name}=${cookie?.value}`, sameSite: cookie?.sameSite };
  };
  const comeBack = (back: string, cookie: string) => {
    const { pathname, search } = new URL(back);
    return cloud.inject({ url: `${pathname}${search}`, headers: { host, cookie } });
  };

  test('a browser goes there and comes back logged in, where it wanted to go', async () => {
    const { url, cookie, sameSite } = await leave();
    expect(sameSite).toBe('Lax');
    const answer = await comeBack(await walk(url, 'ada'), cookie);
    expect([answer.statusCode, answer.headers.location]).toEqual([303, '/instances']);
    const session = answer.cookies.find(({ name }) => name.startsWith('stratus_session'));
    expect(session).toMatchObject({ httpOnly: true, sameSite: 'Strict' });
    const who = await cloud.inject({ url: '/v1/session', headers: { host, cookie: `${session?.name}=${session?.value}` } });
    expect(who.json()).toMatchObject({ user: { name: 'ada' }, method: 'oidc:uni', projects: [{ name: 'physics', role: 'owner' }] });
  });

  test('an answer counts once, and only in the browser that asked', async () => {
    const { url, cookie } = await leave();
    const back = await walk(url, 'ada');
    const other = await leave();
    for (const wrong of ['', other.cookie]) {
      const answer = await comeBack(back, wrong);
      expect([answer.statusCode, answer.headers.location]).toEqual([303, '/log-in?problem=UNAUTHENTICATED']);
      expect(answer.cookies.some(({ name, value }) => name.startsWith('stratus_session') && value !== '')).toBe(false);
    }
    expect((await comeBack(back, cookie)).headers.location).toBe('/instances');
    expect((await comeBack(back, cookie)).headers.location).toBe('/log-in?problem=UNAUTHENTICATED');
  });

  test('nobody is sent on to another site', async () => {
    for (const returnTo of ['https://evil.example/', '//evil.example', '/\\evil.example', 'javascript:alert(1)']) {
      const answer = await cloud.inject({ method: 'POST', url: '/v1/session/oidc/uni', headers: { host }, payload: { returnTo } });
      expect([returnTo, answer.statusCode]).toEqual([returnTo, 400]);
    }
  });

  test('a provider that is down is said to be', async () => {
    await provider.stop();
    const { issuer, clientId, clientSecret } = provider;
    await setMethods(cloud, [{ type: 'oidc', name: 'uni', label: 'Anew', issuer, clientId, clientSecret }]);
    const answer = await cloud.inject({ method: 'POST', url: '/v1/session/oidc/uni', headers: { host }, payload: {} });
    expect(answer.json()).toMatchObject({ status: 503, code: 'UNAVAILABLE' });
  });
});

describe('with certificates of a grid', () => {
  let site: GridSite;
  let cloud: TlsCloud;
  beforeAll(async () => {
    site = await makeGridSite();
    cloud = await tlsCloud({ identity });
    await cloud.ask('POST', '/v1/projects', { name: 'biomed' });
    const mappings = [
      { group: '/testvo', project: 'biomed', role: 'viewer', cloudRole: null },
      { group: '/testvo/Role=production', project: 'biomed', role: 'member', cloudRole: null },
    ];
    const { trustDir, vomsDir } = site;
    await setMethods(cloud, [
      {
        type: 'x509',
        name: 'grid',
        trustDir,
        vomsDir,
        crl: 'if-present',
        requiredVo: null,
        badAttributes: 'no-groups',
        limitedProxies: 'refuse',
        reloadSeconds: 1,
        mappings,
      },
    ]);
  });
  afterAll(async () => {
    await cloud.close();
    await rm(site.dir, { recursive: true });
  });

  /** Over a connection of its own, as a program of the grid does: certificate, key and chain from its files. */
  const ask = (method: string, path: string, who: Identity | Proxy | null, headers: Record<string, string> = {}) =>
    new Promise<{ status: number; body: Record<string, unknown> }>((resolve, reject) => {
      const files =
        who === null
          ? {}
          : 'certFile' in who
            ? { cert: readFileSync(who.certFile), key: readFileSync(who.keyFile) }
            : { cert: readFileSync(who.file), key: readFileSync(who.file) };
      const request = httpsRequest(
        { host: '127.0.0.1', port: cloud.port, method, path, headers, rejectUnauthorized: false, agent: false, ...files },
        (answer) => {
          let text = '';
          answer.on('data', (chunk) => (text += String(chunk)));
          answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body: JSON.parse(text === '' ? '{}' : text) as Record<string, unknown> }));
        },
      );
      request.on('error', reject);
      request.end();
    });

  test('a proxy with attributes logs its owner in, and what the attributes give is theirs', async () => {
    const proxy = await makeVomsProxy(site.jane, site.voms, site.trustDir, ['/testvo/Role=production', '/testvo']);
    expect(await ask('POST', '/v1/session/certificate', proxy)).toMatchObject({
      status: 201,
      body: { user: { name: 'jane-doe' }, method: 'x509:grid' },
    });
    expect(await ask('GET', '/v1/session', proxy)).toMatchObject({
      status: 200,
      body: { via: 'certificate', projects: [{ name: 'biomed', role: 'member' }] },
    });
  });

  test('a plain proxy of the same person is the same person, without the rights of the attributes', async () => {
    const proxy = await makeProxy(site.jane, site.trustDir);
    expect(await ask('GET', '/v1/session', proxy)).toMatchObject({ status: 200, body: { user: { name: 'jane-doe' }, projects: [] } });
  });

  test('a certificate proves nothing where a browser may have shown it unasked', async () => {
    const proxy = await makeProxy(site.jane, site.trustDir);
    for (const headers of [{ origin: `https://127.0.0.1:${cloud.port}` }, { 'sec-fetch-site': 'same-origin' }] as Record<string, string>[])
      expect((await ask('GET', '/v1/session', proxy, headers)).status).toBe(401);
  });

  test('nobody gets in without one, or with one that no authority vouches for', async () => {
    expect(await ask('POST', '/v1/session/certificate', null)).toMatchObject({ status: 401 });
    const stranger = await makeGridSite();
    expect(await ask('POST', '/v1/session/certificate', stranger.jane)).toMatchObject({ status: 401, body: { code: 'UNAUTHENTICATED' } });
    await rm(stranger.dir, { recursive: true });
  });
});
