import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { oidcMethod, type OidcMethod } from '../../src/core/oidc-method.ts';
import { nodeClock } from '../../src/drivers/node-clock.ts';
import { OpenId } from '../../src/drivers/oidc/open-id.ts';
import { startOidcProvider, walk, type RunningProvider } from './oidc-provider.ts';

let provider: RunningProvider;
beforeAll(async () => {
  provider = await startOidcProvider();
});
afterAll(() => provider.stop());

const openId = (more: Partial<Omit<OidcMethod, 'type'>> = {}) => {
  const { issuer, clientId, clientSecret } = provider;
  return new OpenId(oidcMethod({ name: 'uni', issuer, clientId, clientSecret, scopes: ['profile', 'email', 'groups'], ...more }), nodeClock);
};
const ada = () => ({
  type: 'found',
  identity: {
    method: 'uni',
    type: 'oidc',
    subject: `${provider.issuer}#ada`,
    userName: 'ada',
    displayName: 'Ada Lovelace',
    email: 'ada@example.org',
    groups: ['lab', 'physics'],
  },
});

describe('a browser', () => {
  test('comes back with a code that says who is in front of it', async () => {
    const begun = await openId().begin(provider.redirectUri);
    const back = await walk(begun.url, 'ada');
    expect(await openId().finish(provider.redirectUri, back, begun)).toEqual(ada());
  });

  test('brings a mail address only when it is verified', async () => {
    const begun = await openId().begin(provider.redirectUri);
    const back = await walk(begun.url, 'eve');
    expect(await openId().finish(provider.redirectUri, back, begun)).toMatchObject({
      type: 'found',
      identity: { userName: 'eve', email: null, groups: [] },
    });
    expect(await openId({ requiredGroup: 'lab' }).finish(provider.redirectUri, await walk(begun.url, 'eve'), begun)).toMatchObject({
      code: 'not-in-required-group',
    });
  });

  test('comes back with a no when its person wants it so', async () => {
    const begun = await openId().begin(provider.redirectUri);
    const back = await walk(begun.url, 'ada', true);
    expect(await openId().finish(provider.redirectUri, back, begun)).toMatchObject({ type: 'refused', code: 'denied' });
  });

  test('a code is good once, and for the log-in alone that it was given to', async () => {
    const [one, two] = [await openId().begin(provider.redirectUri), await openId().begin(provider.redirectUri)];
    const back = await walk(one.url, 'ada');
    const slippedIn = new URL(await walk(two.url, 'eve'));
    slippedIn.searchParams.set('state', one.state);
    // The code of another log-in under the state of this one: the verifier does not fit.
    expect(await openId().finish(provider.redirectUri, slippedIn.href, one)).toMatchObject({ type: 'refused', code: 'not-proven' });
    expect(await openId().finish(provider.redirectUri, back, { ...one, codeVerifier: two.codeVerifier })).toMatchObject({ code: 'not-proven' });
    const again = await walk(one.url, 'ada');
    expect(await openId().finish(provider.redirectUri, again, one)).toEqual(ada());
    expect(await openId().finish(provider.redirectUri, again, one)).toMatchObject({ type: 'refused', code: 'not-proven' });
  });
});

describe('a device', () => {
  test('waits until a person has said yes elsewhere, and is answered once', async () => {
    const begun = await openId().beginDevice();
    expect(begun).toMatchObject({
      verificationUri: `${provider.issuer}/device`,
      userCode: expect.stringMatching(/^[A-Z]{4}-[A-Z]{4}$/),
      intervalSeconds: 5,
    });
    expect(await openId().pollDevice(begun.deviceCode)).toEqual({ type: 'pending' });
    expect(await walk(begun.verificationUriComplete ?? '', 'ada')).toContain('Sign-in Success');
    expect(await openId().pollDevice(begun.deviceCode)).toEqual(ada());
    expect(await openId().pollDevice(begun.deviceCode)).toEqual({ type: 'expired' });
    expect(await openId().pollDevice('made up')).toEqual({ type: 'expired' });
  });

  test('is told no', async () => {
    const begun = await openId().beginDevice();
    await walk(begun.verificationUriComplete ?? '', 'ada', true);
    expect(await openId().pollDevice(begun.deviceCode)).toEqual({ type: 'denied' });
  });
});

describe('the provider', () => {
  test('knows the cloud by its secret', async () => {
    const begun = await openId().begin(provider.redirectUri);
    const back = await walk(begun.url, 'ada');
    for (const clientSecret of ['wrong', null]) {
      await expect(openId({ clientSecret }).finish(provider.redirectUri, back, begun)).rejects.toMatchObject({
        retry: 'never',
        message: expect.stringContaining('check the client id and its secret'),
      });
    }
  });

  test('may know the cloud as a public client', async () => {
    const open = await startOidcProvider({ clientSecret: null });
    try {
      const method = openId({ issuer: open.issuer, clientSecret: null });
      const begun = await method.begin(open.redirectUri);
      expect(await method.finish(open.redirectUri, await walk(begun.url, 'ada'), begun)).toMatchObject({ type: 'found' });
    } finally {
      await open.stop();
    }
  });

  test('that is down is said to be down; when it is back people log in, though its keys are new', async () => {
    const method = openId();
    await provider.stop();
    await expect(method.begin(provider.redirectUri)).rejects.toMatchObject({
      name: 'DriverError',
      retry: 'later',
      message: expect.stringContaining('ECONNREFUSED'),
    });
    await provider.start();
    const begun = await openId().begin(provider.redirectUri);
    expect(await openId().finish(provider.redirectUri, await walk(begun.url, 'ada'), begun)).toEqual(ada());
  });
});
