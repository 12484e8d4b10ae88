import { beforeEach, describe, expect, test } from 'vitest';
import { SqliteStore } from '../control/store/sqlite-store.ts';
import { CommitConflict, type Store } from '../control/store/store.ts';
import { minutes } from '../core/units.ts';
import { SimClock } from '../drivers/sim/sim-clock.ts';
import { Passkeys, passkeySite } from './passkey.ts';
import { SoftAuthenticator, type Lies } from './soft-authenticator.fixture.ts';

const site = { rpId: 'cloud.example.org', origin: 'https://cloud.example.org' };
const ada = { id: 'usr-00000000000000000000000000', name: 'ada', displayName: 'Ada' };
const session = 'ses-1';

let store: Store;
let clock: SimClock;
let passkeys: Passkeys;
let device: SoftAuthenticator;

beforeEach(() => {
  store = new SqliteStore(':memory:');
  clock = new SimClock(1);
  passkeys = new Passkeys(store, clock);
  device = new SoftAuthenticator(site.origin);
});

async function register(lies: Lies = {}, who = ada, authenticator = device) {
  const { attempt, options } = await passkeys.startRegistration(who, site, 'Lab Cloud', session);
  const finished = await passkeys.finishRegistration(attempt, session, 'telephone', authenticator.create(options, lies));
  if ('change' in finished) await store.commit([finished.change]);
  return finished;
}

async function logIn(lies: Lies = {}, userId: string | null = null) {
  const { attempt, options } = await passkeys.startLogIn(site, userId);
  const finished = await passkeys.finishLogIn(attempt, device.get(options, lies));
  if ('change' in finished) await store.commit([finished.change]);
  return finished;
}

describe('a passkey', () => {
  test('is made in a session, and lets its owner in without a name', async () => {
    expect(await register()).toMatchObject({ passkey: { name: 'telephone', spec: { userId: ada.id, transports: ['internal'], lastUsedAt: null } } });
    const { options } = await passkeys.startLogIn(site, null);
    expect(options).toMatchObject({ rpId: 'cloud.example.org', userVerification: 'required' });
    expect(options.allowCredentials).toBeUndefined();
    expect(await logIn()).toMatchObject({ userId: ada.id });
    expect(await logIn()).toMatchObject({ userId: ada.id });
    expect((await passkeys.listOf(ada.id)).map(({ spec }) => spec)).toMatchObject([{ counter: 2, lastUsedAt: expect.any(String) }]);
  });

  test('is a second factor for its owner and for nobody else, also when nobody is asked for a fingerprint', async () => {
    await register();
    const { options } = await passkeys.startLogIn(site, ada.id);
    expect(options.allowCredentials).toMatchObject([{ id: device.credentialId.toString('base64url') }]);
    expect(await logIn({ isVerified: false, userHandle: null }, ada.id)).toMatchObject({ userId: ada.id });
    expect(await logIn({}, 'usr-eve')).toEqual({ refused: 'the passkey is of somebody else' });
  });

  test('alone lets nobody in who has only found the device', async () => {
    await register();
    expect(await logIn({ isVerified: false })).toMatchObject({ refused: expect.stringContaining('User verification') });
  });

  test('is not made twice on one device, nor for two people', async () => {
    await register();
    const { options } = await passkeys.startRegistration(ada, site, 'Lab Cloud', session);
    expect(options.excludeCredentials).toMatchObject([{ id: device.credentialId.toString('base64url') }]);
    await expect(register({}, { ...ada, id: 'usr-eve' })).rejects.toBeInstanceOf(CommitConflict);
  });

  test('can be named and removed by its owner alone', async () => {
    await register();
    const [{ id } = { id: '' }] = await passkeys.listOf(ada.id);
    expect(await passkeys.rename('usr-eve', id, 'mine')).toBeNull();
    expect(await passkeys.remove('usr-eve', id)).toBeNull();
    await store.commit([(await passkeys.rename(ada.id, id, 'key ring'))!]);
    expect((await passkeys.listOf(ada.id))[0]?.name).toBe('key ring');
    await store.commit([(await passkeys.remove(ada.id, id))!]);
    expect(await logIn()).toEqual({ refused: 'the passkey is not known' });
  });

  test('is one of twenty at most', async () => {
    for (let n = 0; n < 20; n++) await register({}, ada, new SoftAuthenticator(site.origin));
    await expect(register()).rejects.toMatchObject({ code: 'LIMIT_REACHED' });
  });
});

describe('what is not as it should be is refused', () => {
  const strange: [string, Lies][] = [
    ['for another origin', { origin: 'https://cloud.example.org.evil.test' }],
    ['for the same host without TLS', { origin: 'http://cloud.example.org' }],
    ['for another site', { rpId: 'evil.test' }],
    ['for another challenge', { challenge: 'AAAA' }],
    ['of another type', { type: 'payment.get' }],
    ['from inside a frame', { crossOrigin: true }],
  ];

  test.each(strange)('when it is made: %s', async (_, lies) => {
    expect(await register(lies)).toMatchObject({ refused: expect.any(String) });
    expect(await passkeys.listOf(ada.id)).toEqual([]);
  });

  test.each(strange)('at log-in: %s', async (_, lies) => {
    await register();
    expect(await logIn(lies)).toMatchObject({ refused: expect.any(String) });
  });

  test('a copied authenticator, whose count falls behind', async () => {
    await register();
    await logIn({ counter: 7 });
    expect(await logIn({ counter: 7 })).toMatchObject({ refused: expect.stringContaining('counter') });
    expect(await logIn({ counter: 3 })).toMatchObject({ refused: expect.stringContaining('counter') });
    expect(await logIn({ counter: 8 })).toMatchObject({ userId: ada.id });
  });

  test('one that says it is another user’s', async () => {
    await register();
    expect(await logIn({ userHandle: Buffer.from('usr-eve').toString('base64url') })).toEqual({ refused: 'the passkey is of somebody else' });
  });

  test('a signature of another key', async () => {
    await register();
    const other = new SoftAuthenticator(site.origin);
    const { attempt, options } = await passkeys.startLogIn(site, null);
    const id = device.credentialId.toString('base64url');
    expect(await passkeys.finishLogIn(attempt, { ...other.get(options, { userHandle: null }), id, rawId: id })).toEqual({
      refused: 'the signature is wrong',
    });
  });

  test('an attestation with certificates, whose revocation list would be fetched from anywhere', async () => {
    const withCertificates = new Map([
      ['sig', Buffer.alloc(8)],
      ['x5c', Buffer.alloc(8)],
    ]);
    for (const fmt of ['packed', 'fido-u2f', 'tpm', 'apple', 'android-key'])
      expect(await register({ attestation: { fmt, statement: withCertificates } })).toEqual({
        refused: 'it brings an attestation that nobody asked for',
      });
  });

  test('a key of an algorithm that was not asked for', async () => {
    expect(await register({ algorithm: -65_535 })).toMatchObject({ refused: expect.stringContaining('alg') });
  });

  test('nonsense', async () => {
    const nonsense = {
      id: 'x',
      rawId: 'x',
      type: 'public-key',
      clientExtensionResults: {},
      response: { clientDataJSON: 'e30', attestationObject: 'AAAA' },
    } as const;
    const { attempt } = await passkeys.startRegistration(ada, site, 'Lab Cloud', session);
    expect(await passkeys.finishRegistration(attempt, session, 'x', nonsense)).toMatchObject({ refused: expect.any(String) });
    await register();
    const second = await passkeys.startLogIn(site, null);
    const answer = { ...device.get(second.options), response: { clientDataJSON: '%', authenticatorData: '', signature: '' } };
    expect(await passkeys.finishLogIn(second.attempt, answer)).toMatchObject({ refused: expect.any(String) });
  });
});

describe('an attempt', () => {
  const over = { refused: 'the attempt is unknown, used or over' };

  test('is good once, also when it failed', async () => {
    await register();
    const { attempt, options } = await passkeys.startLogIn(site, null);
    const answer = device.get(options);
    expect(await passkeys.finishLogIn(attempt, answer)).toMatchObject({ userId: ada.id });
    expect(await passkeys.finishLogIn(attempt, answer)).toEqual(over);
    const failed = await passkeys.startLogIn(site, null);
    await passkeys.finishLogIn(failed.attempt, device.get(failed.options, { origin: 'https://evil.test' }));
    expect(await passkeys.finishLogIn(failed.attempt, device.get(failed.options))).toEqual(over);
  });

  test('is over after five minutes', async () => {
    await register();
    const { attempt, options } = await passkeys.startLogIn(site, null);
    await clock.run(5 * minutes);
    expect(await passkeys.finishLogIn(attempt, device.get(options))).toEqual(over);
  });

  test('to make a passkey belongs to its session, and is none to log in', async () => {
    const { attempt, options } = await passkeys.startRegistration(ada, site, 'Lab Cloud', session);
    expect(await passkeys.finishRegistration(attempt, 'ses-other', 'x', device.create(options))).toEqual(over);
    const second = await passkeys.startRegistration(ada, site, 'Lab Cloud', session);
    const logInAnswer = device.get({ challenge: second.options.challenge, rpId: site.rpId });
    await register();
    expect(await passkeys.finishLogIn(second.attempt, logInAnswer)).toEqual(over);
  });

  test('of somebody else does not fit an answer', async () => {
    await register();
    const [mine, theirs] = [await passkeys.startLogIn(site, null), await passkeys.startLogIn(site, null)];
    expect(await passkeys.finishLogIn(theirs.attempt, device.get(mine.options))).toMatchObject({ refused: expect.stringContaining('challenge') });
  });
});

test('browsers allow passkeys by name with TLS, and on this machine without', () => {
  expect(passkeySite('cloud.example.org', true)).toEqual(site);
  expect(passkeySite('cloud.example.org:8443', true)).toEqual({ rpId: 'cloud.example.org', origin: 'https://cloud.example.org:8443' });
  expect(passkeySite('localhost:8080', false)).toEqual({ rpId: 'localhost', origin: 'http://localhost:8080' });
  for (const [host, isTls] of [
    ['cloud.example.org', false],
    ['192.0.2.1', true],
    ['[2001:db8::1]:443', true],
    ['127.0.0.1:8080', false],
    ['', true],
    ['a b', true],
  ] as const)
    expect(passkeySite(host, isTls), host).toBeNull();
});
