import type {
  AuthenticationResponseJSON,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RegistrationResponseJSON,
} from '@simplewebauthn/server';
import { isIP } from 'node:net';
import type { Change, Store } from '../control/store/store.ts';
import { CloudError } from '../core/errors.ts';
import type { Resource } from '../core/resource.ts';
import { isoTime, type Clock } from '../ports/clock.ts';
import { PasskeyAttempts, passkeyAttemptMs, type PasskeySite } from './passkey-attempts.ts';
import { all, newRecord, put, remove } from './records.ts';

export const passkeyKind = 'passkey';
const passkeysMax = 20;
/** What every authenticator has one of. */
const algorithms = { EdDSA: -8, ES256: -7, RS256: -257 } as const;
const algorithmIds = Object.values(algorithms);

/** Loaded when the first passkey is met: it is a fifth of what the control plane would weigh without it. */
const webauthn = async () => {
  const [server, helpers] = await Promise.all([import('@simplewebauthn/server'), import('@simplewebauthn/server/helpers')]);
  return { ...server, ...helpers };
};
type Library = Awaited<ReturnType<typeof webauthn>>;

export interface PasskeySpec {
  readonly userId: string;
  /** Base64url, as the browser says it. */
  readonly credentialId: string;
  /** COSE, base64url. */
  readonly publicKey: string;
  /** Of the authenticator's uses; 0 for ever where it does not count. */
  readonly counter: number;
  /** How it was reached, for the browser: `usb`, `internal`, … */
  readonly transports: readonly string[];
  /** It is kept by more than one device. */
  readonly isSynced: boolean;
  readonly lastUsedAt: string | null;
}
/** `name`: what its owner calls it. */
export type Passkey = Resource<PasskeySpec>;

/** Why not, for the audit: people are told no more than that it failed. */
export interface Refused {
  readonly refused: string;
}

const indexed = ({ spec }: Passkey) => ({ keys: [`credential/${spec.credentialId}`], indexes: { user: spec.userId } });

/** null where browsers allow no passkeys: by IP address, and without TLS elsewhere than on this machine. `host`: of the request, already checked to be one of ours. */
export function passkeySite(host: string, isTls: boolean): PasskeySite | null {
  const url = URL.parse(`${isTls ? 'https' : 'http'}://${host}`);
  if (url === null || isIP(url.hostname.replaceAll(/[[\]]/g, '')) !== 0) return null;
  if (!isTls && url.hostname !== 'localhost' && !url.hostname.endsWith('.localhost')) return null;
  return { rpId: url.hostname, origin: url.origin };
}

/** Passkeys of people: made in a session, and good for a log-in without a name, or as a second factor. */
export class Passkeys {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #attempts: PasskeyAttempts;

  constructor(store: Store, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
    this.#attempts = new PasskeyAttempts(clock);
  }

  async listOf(userId: string): Promise<Passkey[]> {
    const passkeys: Passkey[] = [];
    for await (const passkey of all(this.#store, passkeyKind, { name: 'user', value: userId })) passkeys.push(passkey as Passkey);
    return passkeys;
  }

  /** For `navigator.credentials.create`; `attempt` comes back with what it gives. Throws LIMIT_REACHED. */
  async startRegistration(
    user: { id: string; name: string; displayName: string },
    site: PasskeySite,
    cloudName: string,
    sessionId: string,
  ): Promise<{ attempt: string; options: PublicKeyCredentialCreationOptionsJSON }> {
    const passkeys = await this.listOf(user.id);
    if (passkeys.length >= passkeysMax)
      throw new CloudError('LIMIT_REACHED', {
        what: 'passkeys',
        asked: passkeys.length + 1,
        limit: passkeysMax,
        hint: 'Remove one that you no longer use.',
      });
    const { generateRegistrationOptions } = await webauthn();
    const options = await generateRegistrationOptions({
      rpName: cloudName,
      rpID: site.rpId,
      userName: user.name,
      userID: new TextEncoder().encode(user.id),
      userDisplayName: user.displayName,
      timeout: passkeyAttemptMs,
      attestationType: 'none',
      excludeCredentials: passkeys.map(descriptor),
      authenticatorSelection: { residentKey: 'required', userVerification: 'preferred' },
      supportedAlgorithmIDs: algorithmIds,
    });
    const attempt = this.#attempts.begin({ purpose: 'register', challenge: options.challenge, site, userId: user.id, sessionId });
    return { attempt, options };
  }

  async finishRegistration(
    attemptSecret: string,
    sessionId: string,
    name: string,
    response: RegistrationResponseJSON,
  ): Promise<{ passkey: Passkey; change: Change } | Refused> {
    const attempt = this.#attempts.end(attemptSecret, 'register', sessionId);
    if (attempt === null || attempt.userId === null) return { refused: 'the attempt is unknown, used or over' };
    const { challenge, site, userId } = attempt;
    return orRefused(async () => {
      const library = await webauthn();
      refuseStrangeAttestation(library, response);
      refuseFrames(library, response.response.clientDataJSON);
      const { verified, registrationInfo } = await library.verifyRegistrationResponse({
        response,
        expectedChallenge: challenge,
        expectedOrigin: site.origin,
        expectedRPID: site.rpId,
        requireUserVerification: false,
        supportedAlgorithmIDs: algorithmIds,
      });
      if (!verified) throw new Error('the signature is wrong');
      const { credential, credentialDeviceType } = registrationInfo;
      const spec: PasskeySpec = {
        userId,
        credentialId: credential.id,
        publicKey: library.isoBase64URL.fromBuffer(credential.publicKey),
        counter: credential.counter,
        transports: (Array.isArray(credential.transports) ? credential.transports : []).filter((each) => /^[a-z-]{1,20}$/.test(each)).slice(0, 10),
        isSynced: credentialDeviceType === 'multiDevice',
        lastUsedAt: null,
      };
      const passkey: Passkey = newRecord(this.#clock, passkeyKind, 'pky', name, userId, spec);
      return { passkey, change: put(passkey, indexed(passkey)) };
    });
  }

  /**
   * For `navigator.credentials.get`. `userId` null: a log-in by passkey alone, whoever's it is; otherwise it is the second
   * factor of this user, who has proven the first.
   */
  async startLogIn(site: PasskeySite, userId: string | null): Promise<{ attempt: string; options: PublicKeyCredentialRequestOptionsJSON }> {
    const { generateAuthenticationOptions } = await webauthn();
    const options = await generateAuthenticationOptions({
      rpID: site.rpId,
      timeout: passkeyAttemptMs,
      ...(userId === null ? {} : { allowCredentials: (await this.listOf(userId)).map(descriptor) }),
      userVerification: verification(userId),
    });
    return { attempt: this.#attempts.begin({ purpose: 'log-in', challenge: options.challenge, site, userId, sessionId: null }), options };
  }

  /** `change` keeps the counter and the last use: commit it with the session that it lets in. */
  async finishLogIn(
    attemptSecret: string,
    response: AuthenticationResponseJSON,
  ): Promise<{ userId: string; passkey: Passkey; change: Change } | Refused> {
    const attempt = this.#attempts.end(attemptSecret, 'log-in', null);
    if (attempt === null) return { refused: 'the attempt is unknown, used or over' };
    const passkey = await this.#find(response.id);
    if (passkey === null) return { refused: 'the passkey is not known' };
    const { spec } = passkey;
    return orRefused(async () => {
      const handle = response.response.userHandle;
      const library = await webauthn();
      if (handle !== undefined && handle !== null && library.isoBase64URL.toUTF8String(handle) !== spec.userId)
        throw new Error('the passkey is of somebody else');
      if (attempt.userId !== null && attempt.userId !== spec.userId) throw new Error('the passkey is of somebody else');
      refuseFrames(library, response.response.clientDataJSON);
      const { verified, authenticationInfo } = await library.verifyAuthenticationResponse({
        response,
        expectedChallenge: attempt.challenge,
        expectedOrigin: attempt.site.origin,
        expectedRPID: attempt.site.rpId,
        credential: { id: spec.credentialId, publicKey: library.isoBase64URL.toBuffer(spec.publicKey), counter: spec.counter },
        requireUserVerification: verification(attempt.userId) === 'required',
      });
      if (!verified) throw new Error('the signature is wrong');
      const now = isoTime(this.#clock.now());
      const used: Passkey = { ...passkey, updatedAt: now, spec: { ...spec, counter: authenticationInfo.newCounter, lastUsedAt: now } };
      return { userId: spec.userId, passkey: used, change: put(used, indexed(used)) };
    });
  }

  /** A user's own by its id; null: there is none. */
  async rename(userId: string, id: string, name: string): Promise<Change | null> {
    const passkey = await this.#ownedBy(userId, id);
    if (passkey === null) return null;
    const renamed: Passkey = { ...passkey, name, updatedAt: isoTime(this.#clock.now()) };
    return put(renamed, indexed(renamed));
  }

  async remove(userId: string, id: string): Promise<Change | null> {
    const passkey = await this.#ownedBy(userId, id);
    return passkey === null ? null : remove(passkey);
  }

  async #ownedBy(userId: string, id: string): Promise<Passkey | null> {
    const passkey = (await this.#store.get(passkeyKind, id)) as Passkey | null;
    return passkey?.spec.userId === userId ? passkey : null;
  }

  async #find(credentialId: unknown): Promise<Passkey | null> {
    if (typeof credentialId !== 'string' || !/^[\w-]{1,1400}$/.test(credentialId)) return null;
    return (await this.#store.getByKey(passkeyKind, `credential/${credentialId}`)) as Passkey | null;
  }
}

/** Alone it has to prove both, who has it and who knows or is something; as a second factor having it is enough. */
function verification(userId: string | null): 'required' | 'preferred' {
  return userId === null ? 'required' : 'preferred';
}

function descriptor({ spec }: Passkey) {
  return { id: spec.credentialId, transports: [...spec.transports] };
}

/**
 * None was asked for, so none with certificates is looked at: who checks such a chain fetches its revocation list from an
 * address that the certificate names, and anybody can write a certificate.
 */
function refuseStrangeAttestation({ decodeAttestationObject, isoBase64URL }: Library, { response }: RegistrationResponseJSON): void {
  const attestation = decodeAttestationObject(isoBase64URL.toBuffer(response.attestationObject));
  const isOwn = attestation.get('fmt') === 'packed' && attestation.get('attStmt').get('x5c') === undefined;
  if (attestation.get('fmt') !== 'none' && !isOwn) throw new Error('it brings an attestation that nobody asked for');
}

/** Our page stands in nobody's frame. */
function refuseFrames({ decodeClientDataJSON }: Library, clientDataJson: string): void {
  const { crossOrigin, topOrigin } = decodeClientDataJSON(clientDataJson) as { crossOrigin?: boolean; topOrigin?: string };
  if (crossOrigin === true || topOrigin !== undefined) throw new Error('it was made inside a frame of another site');
}

/** Whatever is wrong with what a browser sent is no more than a refusal. */
async function orRefused<T>(work: () => Promise<T>): Promise<T | Refused> {
  try {
    return await work();
  } catch (error) {
    return { refused: error instanceof Error ? error.message.slice(0, 300) : 'it could not be read' };
  }
}
