import { createHash } from 'node:crypto';
import type { Logger } from 'pino';
import { IdentityKeeper, joinCloud, type HostIdentity } from '../src/drivers/http-link/host-identity.ts';
import { HttpLink } from '../src/drivers/http-link/http-link.ts';
import { pickFreeCidr } from '../src/drivers/linux-bridge/free-cidr.ts';
import { parseFingerprint } from '../src/drivers/tls-agent.ts';
import { findLocalDaemon } from '../src/local/daemon.ts';
import { makeHome, readCloud, readPrivate, writePrivate, type Home } from '../src/local/home.ts';
import { hostName } from '../src/local/host-name.ts';
import { LocalError } from '../src/local/local-error.ts';

export interface JoinWishes {
  /** `https://…` of a cloud elsewhere. */
  readonly join?: string | undefined;
  readonly token?: string | undefined;
  readonly fingerprint?: string | undefined;
  /** What the host is to be called there. */
  readonly name?: string | undefined;
}

/** What is kept of a join. A token that differs from the one that was used is a wish to join again. */
interface Kept extends HostIdentity {
  readonly tokenSha256: string;
}

/**
 * The cloud elsewhere that this machine is a host of; null: the one in this home. With --join it becomes one, at the
 * first start: a service may say so every time. Throws LocalError.
 */
export async function joinedCloud(home: Home, wishes: JoinWishes): Promise<HostIdentity | null> {
  const kept = readKept(home);
  if (wishes.join === undefined) return kept;
  const url = urlOf(wishes.join);
  const tokenSha256 = createHash('sha256')
    .update(wishes.token ?? '')
    .digest('hex');
  if (kept !== null && kept.url === url && (wishes.token === undefined || kept.tokenSha256 === tokenSha256)) return kept;
  if (wishes.token === undefined)
    throw new LocalError(`To join ${url} this machine needs a token`, 'Its administrator makes one: stratus host join-token', { isUsage: true });
  if (kept === null) await ensureHostHome(home);
  const fingerprint = wishes.fingerprint === undefined ? null : parseFingerprint(wishes.fingerprint);
  if (wishes.fingerprint !== undefined && fingerprint === null)
    throw new LocalError(`--fingerprint ${JSON.stringify(wishes.fingerprint)} is none`, 'Give it as the cloud shows it: sha256: and 64 digits.', {
      isUsage: true,
    });
  const identity = await joinCloud({ url, fingerprint, token: wishes.token, host: wishes.name ?? kept?.host ?? hostName() });
  save(home, { ...identity, tokenSha256 });
  return identity;
}

export function linkOf(home: Home, identity: HostIdentity, log: Logger): HttpLink {
  const { url, fingerprint } = identity;
  const keep = (renewed: HostIdentity) => {
    save(home, { ...(readKept(home) as Kept), ...renewed });
    log.info('the certificate of this host is renewed');
  };
  return new HttpLink({
    base: url,
    fingerprint,
    identity: new IdentityKeeper(identity, keep),
    onError: (what, error) => log.warn({ err: error }, what),
  });
}

/** A home for a host alone: it has an id of its own, which marks what it makes on its machine. */
async function ensureHostHome(home: Home): Promise<void> {
  if (readCloud(home) === null) {
    makeHome(home, { port: 7480, cidr: await pickFreeCidr(['10.42.0.0/20', '10.57.0.0/20', '172.28.0.0/20', '192.168.144.0/20']), nat: true });
    return;
  }
  if (findLocalDaemon(home, 'server') !== null || readPrivate(home.adminToken) !== null)
    throw new LocalError(`${home.dir} has a cloud of its own`, 'A machine joins another one with a home of its own for that: --home /some/where', {
      isUsage: true,
    });
}

function readKept(home: Home): Kept | null {
  const text = readPrivate(home.hostIdentity);
  return text === null ? null : (JSON.parse(text) as Kept);
}

/** Whole or not at all: key and certificate are one. */
function save(home: Home, kept: Kept): void {
  writePrivate(home.hostIdentity, `${JSON.stringify(kept, null, 2)}\n`);
}

function urlOf(text: string): string {
  const url = URL.parse(text);
  if (url?.protocol !== 'https:')
    throw new LocalError(`${JSON.stringify(text)} is not where a cloud listens for hosts`, 'Give one such as https://cloud.example.org:8443', {
      isUsage: true,
    });
  return url.origin;
}
