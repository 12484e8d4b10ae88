import { generateKeyPairSync } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { oidcMethod, type OidcMethod } from '../../src/core/oidc-method.ts';
import { hours, minutes } from '../../src/core/units.ts';
import { nodeClock } from '../../src/drivers/node-clock.ts';
import { OpenId } from '../../src/drivers/oidc/open-id.ts';
import type { BegunLogIn, OpenIdAnswer } from '../../src/ports/identity.ts';
import { jsonWebToken, startFalseIssuer, type FalseIssuer } from './false-issuer.ts';

const redirectUri = 'https://cloud.example.org/v1/session/oidc/uni';
const header = { alg: 'RS256', kid: 'one' };
let provider: FalseIssuer;
let aheadMs = 0;
const clock = { ...nodeClock, now: () => nodeClock.now() + aheadMs };

beforeAll(async () => {
  provider = await startFalseIssuer();
});
afterEach(() => {
  provider.reset();
  aheadMs = 0;
});
afterAll(() => provider.stop());

type More = Partial<Omit<OidcMethod, 'type'>>;
const openId = (more: More = {}) =>
  new OpenId(oidcMethod({ name: 'uni', issuer: provider.issuer, clientId: 'stratuslab', clientSecret: 's3cret', ...more }), clock);

const claims = (nonce: string): Record<string, unknown> => {
  const now = Math.floor(nodeClock.now() / 1_000);
  return { iss: provider.issuer, aud: 'stratuslab', sub: 'ada', nonce, iat: now, exp: now + 300 };
};

/** A log-in that comes back with this token. */
async function logIn(
  idToken: (honest: Record<string, unknown>) => string | undefined,
  back: Record<string, string> = {},
  more: More = {},
): Promise<OpenIdAnswer> {
  const method = openId(more);
  const begun = await method.begin(redirectUri);
  provider.says.token = () => ({ body: { access_token: 'a', token_type: 'Bearer', id_token: idToken(claims(begun.nonce)) } });
  return method.finish(redirectUri, callback(begun, back), begun);
}

function callback(begun: BegunLogIn, back: Record<string, string> = {}): string {
  return `${redirectUri}?${new URLSearchParams({ code: 'c0de', state: begun.state, iss: provider.issuer, ...back }).toString()}`;
}

const honest = (each: Record<string, unknown>) => jsonWebToken(header, each, provider.privateKey);
const notProven = { type: 'refused', code: 'not-proven' };

test('what an honest provider says is believed', async () => {
  expect(await logIn(honest)).toEqual({
    type: 'found',
    identity: { method: 'uni', type: 'oidc', subject: `${provider.issuer}#ada`, userName: null, displayName: null, email: null, groups: [] },
  });
});

describe('not believed is an ID token', () => {
  const foreign = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const publicPem = () => provider.publicKey.export({ type: 'spki', format: 'pem' });
  const changed = (token: string, claim: object) => {
    const [head, body = '', signature] = token.split('.');
    const content = { ...(JSON.parse(Buffer.from(body, 'base64url').toString()) as object), ...claim };
    return `${head}.${Buffer.from(JSON.stringify(content)).toString('base64url')}.${signature}`;
  };
  test.each<[string, (each: Record<string, unknown>) => string | undefined]>([
    ['that says it needs no signature', (each) => jsonWebToken({ alg: 'none' }, each, null)],
    ['that says so in capitals', (each) => jsonWebToken({ alg: 'NONE' }, each, null)],
    ['whose signature is stripped', (each) => honest(each).replace(/[^.]+$/, '')],
    ['whose signature is left out with its dot', (each) => honest(each).replace(/\.[^.]+$/, '')],
    ['whose signature is cut short', (each) => honest(each).slice(0, -8)],
    ['that was changed after it was signed', (each) => changed(honest(each), { groups: ['admins'] })],
    ['signed with the key of somebody else', (each) => jsonWebToken(header, each, foreign.privateKey)],
    [
      'that brings its key along',
      (each) => jsonWebToken({ alg: 'RS256', jwk: foreign.publicKey.export({ format: 'jwk' }) }, each, foreign.privateKey),
    ],
    ['that says where its key is', (each) => jsonWebToken({ ...header, kid: 'two', jku: `${provider.issuer}/keys` }, each, foreign.privateKey)],
    ['signed with the public key as a secret', (each) => jsonWebToken({ alg: 'HS256', kid: 'one' }, each, publicPem())],
    ['signed with the secret of the client', (each) => jsonWebToken({ alg: 'HS256' }, each, 's3cret')],
    ['with a critical extension that nobody knows', (each) => jsonWebToken({ ...header, crit: ['x'], x: 1 }, each, provider.privateKey)],
    ['of another issuer', (each) => honest({ ...each, iss: 'https://evil.example.org' })],
    ['for another client', (each) => honest({ ...each, aud: 'other' })],
    ['for several, issued to another', (each) => honest({ ...each, aud: ['stratuslab', 'other'], azp: 'other' })],
    ['that is expired', (each) => honest({ ...each, iat: (each['iat'] as number) - 600, exp: (each['iat'] as number) - 300 })],
    ['that is not yet good', (each) => honest({ ...each, nbf: (each['exp'] as number) + 600 })],
    ['without an end', (each) => honest({ ...each, exp: undefined })],
    ['of another log-in', (each) => honest({ ...each, nonce: 'another' })],
    ['of no log-in', (each) => honest({ ...each, nonce: undefined })],
    ['without a subject', (each) => honest({ ...each, sub: undefined })],
    ['that is not there', () => undefined],
    ['that is none', () => 'a.b.c'],
  ])('%s', async (_, forge) => {
    // Also where the provider seems to allow it.
    provider.says.metadata['id_token_signing_alg_values_supported'] = ['RS256', 'HS256', 'none', 'NONE'];
    expect(await logIn(forge)).toMatchObject(notProven);
  });

  test('that was good an hour ago, by the clock of the cloud', async () => {
    aheadMs = 1 * hours;
    expect(await logIn(honest)).toMatchObject(notProven);
    aheadMs = 1 * minutes;
    expect(await logIn(honest)).toMatchObject({ type: 'found' });
  });

  test('of a device, either', async () => {
    const method = openId();
    const { nonce: _, ...plain } = claims('');
    const answer = (idToken: string | undefined) => {
      provider.says.token = () => ({ body: { access_token: 'a', token_type: 'Bearer', id_token: idToken } });
      return method.pollDevice('a code');
    };
    expect(await answer(honest(plain))).toMatchObject({ type: 'found' });
    expect(await answer(undefined)).toMatchObject(notProven);
    expect(await answer(jsonWebToken(header, plain, foreign.privateKey))).toMatchObject(notProven);
    expect(await answer(jsonWebToken({ alg: 'none' }, plain, null))).toMatchObject(notProven);
    expect(await answer(honest({ ...plain, aud: 'other' }))).toMatchObject(notProven);
  });
});

describe('coming back', () => {
  test.each<[string, Record<string, string>]>([
    ['with the state of another', { state: 'another' }],
    ['from another provider than was asked (mix-up)', { iss: 'https://evil.example.org' }],
    ['with neither code nor reason', { code: '' }],
    ['with a token instead of a code', { response: 'x.y.z' }],
    ['with an error and the state of another', { error: 'access_denied', state: 'another' }],
  ])('%s is not believed, and the code is not even tried', async (_, back) => {
    expect(await logIn(honest, back)).toMatchObject(notProven);
    expect(provider.asked).not.toContain('/token');
  });

  test('without a state, without the name of the provider, with two codes, or with nothing is not believed', async () => {
    const method = openId();
    const begun = await method.begin(redirectUri);
    const whole = callback(begun);
    for (const url of [
      whole.replace(/&state=[^&]*/, ''),
      whole.replace(/&iss=[^&]*/, ''),
      `${whole}&code=two`,
      `${whole}&state=two`,
      redirectUri,
      'nonsense',
      '',
    ]) {
      expect(await method.finish(redirectUri, url, begun)).toMatchObject(notProven);
    }
    expect(provider.asked).not.toContain('/token');
  });

  test('with a no is a no, in words that are fit to be shown', async () => {
    const denied = await logIn(honest, { code: '', error: 'access_denied', error_description: 'Not you.' });
    expect(denied).toEqual({ type: 'refused', code: 'denied', reason: 'The provider did not let you in: access_denied (Not you).' });
    const odd = await logIn(honest, { error: 'access_denied', error_description: 'a\r\nSet-Cookie: x' });
    expect(odd).toMatchObject({ code: 'denied', reason: 'The provider did not let you in: access_denied.' });
  });

  test('a code is exchanged with the verifier that only this log-in knows, under the address that was begun with', async () => {
    const method = openId();
    const begun = await method.begin(redirectUri);
    let form: URLSearchParams | null = null;
    provider.says.token = (each, authorization) => {
      form = new URLSearchParams([...each, ['authorization', authorization]]);
      return { status: 400, body: { error: 'invalid_grant', error_description: 'PKCE' } };
    };
    expect(await method.finish(redirectUri, callback(begun).replace('https://cloud.example.org', 'http://10.0.0.1'), begun)).toMatchObject(notProven);
    expect(Object.fromEntries(form ?? [])).toEqual({
      grant_type: 'authorization_code',
      code: 'c0de',
      redirect_uri: redirectUri,
      code_verifier: begun.codeVerifier,
      authorization: `Basic ${Buffer.from('stratuslab:s3cret').toString('base64')}`,
    });
  });
});

describe('what the provider adds', () => {
  const userInfo = (more: object) => {
    provider.says.userInfo = { sub: 'ada', ...more };
  };
  const found = async (idToken: object = {}, more: More = {}) => logIn((each) => honest({ ...each, ...idToken }), {}, more);

  test('about somebody else is not believed', async () => {
    userInfo({ sub: 'root' });
    expect(await found()).toMatchObject(notProven);
  });

  test('a mail address counts when the provider has verified it, and that very one', async () => {
    const email = async (idToken: object, more: object) => {
      userInfo(more);
      return (await found(idToken)) as { identity: { email: string | null } };
    };
    expect((await email({}, { email: 'a@b.org', email_verified: true })).identity.email).toBe('a@b.org');
    expect((await email({}, { email: 'a@b.org' })).identity.email).toBeNull();
    expect((await email({}, { email: 'a@b.org', email_verified: 'true' })).identity.email).toBeNull();
    expect((await email({ email: 'root@b.org' }, { email: 'a@b.org', email_verified: true })).identity.email).toBe('a@b.org');
    expect((await email({ email: 'root@b.org' }, { email_verified: true })).identity.email).toBeNull();
    expect((await email({}, { email: 'a@b.org\nBcc: c@d.org', email_verified: true })).identity.email).toBeNull();
  });

  test('groups are read from where the method says, alone or in a list', async () => {
    userInfo({ groups: ['lab', 'lab', 'physics'], realm_access: { roles: ['user'] }, 'https://example.org/groups': 'one' });
    expect(await found()).toMatchObject({ identity: { groups: ['lab', 'physics'] } });
    const from = (groups: string) => found({}, { claims: { userName: 'sub', displayName: 'name', groups } });
    expect(await from('realm_access.roles')).toMatchObject({ identity: { groups: ['user'], userName: 'ada' } });
    expect(await from('https://example.org/groups')).toMatchObject({ identity: { groups: ['one'] } });
    expect(await from('__proto__.constructor')).toMatchObject({ identity: { groups: [] } });
    expect(await found({ groups: [] })).toMatchObject({ identity: { groups: [] } });
  });

  test('groups that are no list of names let nobody in, nor do too many', async () => {
    for (const groups of [[1], [['lab']], { lab: true }, [''], Array(1_001).fill('lab')]) {
      userInfo({ groups });
      expect(await found()).toMatchObject({ type: 'refused', code: 'not-usable' });
    }
  });

  test('who is not in the required group is not let in', async () => {
    userInfo({ groups: ['lab'] });
    expect(await found({}, { requiredGroup: 'lab' })).toMatchObject({ type: 'found' });
    expect(await found({}, { requiredGroup: 'la' })).toMatchObject({ type: 'refused', code: 'not-in-required-group' });
  });
});

describe('a provider in trouble', () => {
  const failure = (retry: string, message: RegExp) => ({ name: 'DriverError', retry, message: expect.stringMatching(message) });

  test('that calls itself by another name is not used', async () => {
    provider.says.metadata['issuer'] = 'https://other.example.org';
    await expect(openId().begin(redirectUri)).rejects.toMatchObject(failure('never', /failed at telling about itself: .*issuer/));
  });

  test('without encryption is used on this machine alone', async () => {
    for (const issuer of ['http://login.example.org', 'http://10.0.0.1', 'http://127.0.0.1.example.org', 'ftp://127.0.0.1', 'nonsense']) {
      await expect(openId({ issuer }).begin(redirectUri)).rejects.toMatchObject(failure('never', /must be https/));
    }
    await expect(openId({ issuer: `${provider.issuer}/.well-known/openid-configuration` }).begin(redirectUri)).rejects.toMatchObject({
      retry: 'never',
    });
  });

  test('that sends the secret or people over an unencrypted network is not used', async () => {
    provider.says.metadata['token_endpoint'] = 'http://10.0.0.1/token';
    await expect(logIn(honest)).rejects.toMatchObject(failure('never', /unencrypted/));
    provider.says.metadata['authorization_endpoint'] = 'http://10.0.0.1/auth';
    await expect(openId().begin(redirectUri)).rejects.toMatchObject(failure('never', /not https/));
    provider.says.metadata['authorization_endpoint'] = 'javascript:alert(1)';
    await expect(openId().begin(redirectUri)).rejects.toMatchObject({ name: 'DriverError' });
  });

  test('that refuses the cloud says so to the administrator', async () => {
    const method = openId();
    const begun = await method.begin(redirectUri);
    for (const headers of [{}, { 'www-authenticate': 'Basic realm="x"' }] as Record<string, string>[]) {
      provider.says.token = () => ({ status: 401, headers, body: { error: 'invalid_client' } });
      await expect(method.finish(redirectUri, callback(begun), begun)).rejects.toMatchObject(failure('never', /check the client id and its secret/));
    }
  });

  test('that answers with an error page, endlessly, elsewhere or not at all is said to be in trouble', async () => {
    const page = (status: number, headers = {}) => {
      provider.says.instead = (response) => void response.writeHead(status, { 'content-type': 'text/html', ...headers }).end('<h1>Oops</h1>');
    };
    for (const status of [200, 404, 500, 503]) {
      page(status);
      await expect(openId().begin(redirectUri)).rejects.toMatchObject(failure('later', /failed at telling about itself/));
    }
    page(302, { location: 'http://10.0.0.1/' });
    await expect(openId().begin(redirectUri)).rejects.toMatchObject({ name: 'DriverError' });
    provider.says.instead = (response) => void response.writeHead(200, { 'content-type': 'application/json' }).end(Buffer.alloc(2 ** 21, 0x20));
    await expect(openId().begin(redirectUri)).rejects.toMatchObject(failure('later', /more than 1 MiB/));
    provider.says.instead = () => undefined;
    await expect(openId({ timeoutMs: 200 }).begin(redirectUri)).rejects.toMatchObject(failure('soon', /did not answer within 0\.2 s/));
    const closing = openId();
    const begun = closing.begin(redirectUri);
    closing.close();
    await expect(begun).rejects.toMatchObject(failure('soon', /is closed/));
  });

  test('whose keys are away is in trouble; nobody gets in without them', async () => {
    provider.says.metadata['jwks_uri'] = `${provider.issuer}/token`;
    await expect(logIn(honest)).resolves.toMatchObject(notProven);
    provider.says.metadata['jwks_uri'] = 'http://127.0.0.1:1/keys';
    await expect(logIn(honest)).rejects.toMatchObject(failure('later', /could not be asked/));
  });

  test('is asked about itself once an hour, and what it said before serves while it is down', async () => {
    const method = openId();
    const questions = () => provider.asked.filter((path) => path.startsWith('/.well-known')).length;
    await Promise.all([method.begin(redirectUri), method.begin(redirectUri), method.begin(redirectUri)]);
    expect(questions()).toBe(1);
    aheadMs = 59 * minutes;
    await method.begin(redirectUri);
    expect(questions()).toBe(1);
    provider.says.instead = (response) => void response.writeHead(500).end();
    aheadMs = 61 * minutes;
    await method.begin(redirectUri);
    await method.begin(redirectUri);
    expect(questions()).toBe(2);
    aheadMs = 62 * minutes;
    provider.says.instead = null;
    await method.begin(redirectUri);
    await method.begin(redirectUri);
    expect(questions()).toBe(3);
  });

  test('that never answered is asked again after some seconds, and found when it is back', async () => {
    const method = openId();
    provider.says.instead = (response) => void response.writeHead(500).end();
    await expect(method.begin(redirectUri)).rejects.toMatchObject({ name: 'DriverError' });
    provider.says.instead = null;
    await expect(method.begin(redirectUri)).rejects.toMatchObject({ name: 'DriverError' });
    expect(provider.asked).toHaveLength(1);
    aheadMs = 6_000;
    await expect(method.begin(redirectUri)).resolves.toMatchObject({ url: expect.stringContaining(`${provider.issuer}/auth?`) });
  });
});

describe('trying a configuration', () => {
  test('says what it finds, at once and not from memory', async () => {
    const method = openId({ scopes: ['openid', 'groups'] });
    provider.says.metadata['scopes_supported'] = ['openid'];
    delete provider.says.metadata['device_authorization_endpoint'];
    expect(await method.check()).toEqual([
      { isRight: true, says: `The provider answers as ${provider.issuer}.` },
      { isRight: true, says: 'It has a log-in page.' },
      { isRight: true, says: 'It publishes its keys.' },
      { isRight: false, says: expect.stringContaining('offers no log-in for devices') },
      { isRight: false, says: 'It does not know the scope groups.' },
    ]);
    await expect(method.beginDevice()).rejects.toMatchObject({ retry: 'never' });
    provider.says.instead = (response) => void response.writeHead(500).end();
    expect(await method.check()).toEqual([{ isRight: false, says: expect.stringContaining('failed at telling about itself') }]);
  });
});
