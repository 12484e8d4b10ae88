import { X509Certificate } from 'node:crypto';
import { request } from 'node:https';
import { afterEach, describe, expect, test } from 'vitest';
import { agentCertificateKind } from '../../src/auth/agent-certificate.ts';
import { hours } from '../../src/core/units.ts';
import { makeHostAuthority, X509HostAuthority } from '../../src/drivers/certificate/host-authority.ts';
import { makeCertificateRequest } from '../../src/drivers/certificate-request.ts';
import { IdentityKeeper, joinCloud, type HostIdentity } from '../../src/drivers/http-link/host-identity.ts';
import { HttpLink } from '../../src/drivers/http-link/http-link.ts';
import { nodeClock } from '../../src/drivers/node-clock.ts';
import type { DesiredEvent, HostReport } from '../../src/ports/control-link.ts';
import { secureSocket, tlsCloud, untilEnd, type TlsCloud } from './tls-cloud.ts';

let cloud: TlsCloud;
const links: HttpLink[] = [];
const open = async (options: Parameters<typeof tlsCloud>[0] = {}) => (cloud = await tlsCloud(options));
afterEach(async () => {
  for (const link of links.splice(0)) link.close();
  await cloud.close();
});

const report: HostReport = { incarnation: 'one', facts: {}, diskFreeBytes: 1, recovery: null, items: [] };
const fingerprint = () => cloud.certificate.current().fingerprint;

async function joinToken(body: object = {}): Promise<string> {
  const answer = await cloud.ask('POST', '/v1/join-tokens', body);
  expect(answer.json()).toMatchObject({ url: `https://127.0.0.1:${cloud.port}`, fingerprint: fingerprint() });
  return answer.json().secret;
}

const join = async (host: string, token?: string) =>
  joinCloud({ url: cloud.url, fingerprint: fingerprint(), host, token: token ?? (await joinToken()) });

/** The agent's end, which saves what it renews. */
function linkOf(identity: HostIdentity, now?: () => number): { link: HttpLink; keeper: IdentityKeeper; saved: HostIdentity[] } {
  const saved: HostIdentity[] = [];
  const keeper = new IdentityKeeper(identity, (renewed) => void saved.push(renewed), now);
  const link = new HttpLink({ base: identity.url, fingerprint: identity.fingerprint, identity: keeper, silenceMsMax: 5_000 });
  links.push(link);
  return { link, keeper, saved };
}

async function next(events: AsyncIterator<DesiredEvent>, type: DesiredEvent['type']): Promise<DesiredEvent> {
  for (;;) {
    const step = await events.next();
    if (step.done === true) throw new Error('the line ended');
    if (step.value.type === type) return step.value;
  }
}

const say = (link: HttpLink) =>
  link.report({ ...report, facts: {} }).then(
    () => 'taken',
    (error: Error) => error.message,
  );

/** What a request with this certificate is answered, whatever the agent's own code would make of it. */
function statusWith({ certificatePem, keyPem }: HostIdentity, path: string, method = 'POST'): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request(
      new URL(path, cloud.url),
      { method, cert: certificatePem, key: keyPem, rejectUnauthorized: false, agent: false },
      (answer) => {
        answer.resume();
        resolve(answer.statusCode ?? 0);
      },
    );
    sent.on('error', reject);
    sent.end();
  });
}

describe('a machine joins', () => {
  test('with a token, once, and speaks from then on with a certificate of its own', async () => {
    await open();
    const token = await joinToken();
    const identity = await join('lab2', token);
    const certificate = new X509Certificate(identity.certificatePem);
    expect(certificate.subject).toBe('O=StratusLab\nCN=lab2');
    expect(certificate.subjectAltName).toBe(`URI:urn:stratuslab:host:${identity.hostId}`);
    const { link } = linkOf(identity);
    const events = link.watch(new AbortController().signal)[Symbol.asyncIterator]();
    await next(events, 'synced');
    const { facts } = (await cloud.ask('GET', '/v1/hosts/lab1')).json().status;
    await link.report({ ...report, facts });
    expect((await cloud.ask('GET', '/v1/hosts/lab2')).json()).toMatchObject({ id: identity.hostId, state: 'online' });
    await expect(join('lab3', token)).rejects.toThrow(
      'No host can join with this token: it was used already, or never given out. Make another: `stratus host join-token lab3`. If the join before it was cut off, that one is used up.',
    );
    expect((await cloud.ask('GET', '/v1/hosts/lab3')).statusCode).toBe(404);
  });

  test('under the name that its token is for, within its time, and not in place of a host that is there', async () => {
    let offsetMs = 0;
    await open({ clock: { ...nodeClock, now: () => Date.now() + offsetMs } });
    await expect(join('lab3', await joinToken({ host: 'lab2' }))).rejects.toThrow('it is for another host than lab3');
    await expect(join('lab1', await joinToken())).rejects.toThrow('There is already a host named lab1');
    await expect(join('lab2', 'slj_guessed')).rejects.toThrow('never given out');
    const late = await joinToken({ lifetimeMinutes: 5 });
    offsetMs = 6 * 60_000;
    await expect(join('lab2', late)).rejects.toThrow('it expired at');
    expect((await cloud.ask('GET', '/v1/join-tokens')).body).not.toContain('slj_');
    expect((await cloud.ask('GET', '/v1/hosts')).json().items).toMatchObject([{ name: 'lab1' }]);
  });

  test('one of twenty who race for the same token', async () => {
    await open();
    const token = await joinToken();
    const all = await Promise.allSettled(Array.from({ length: 20 }, (_, at) => join(`race${at}`, token)));
    expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect((await cloud.ask('GET', '/v1/hosts')).json().items).toHaveLength(2);
  });

  test('that is no cloud it was told of gets no token', async () => {
    await open();
    const token = await joinToken();
    const wrong = `sha256:${'ab'.repeat(32)}`;
    await expect(joinCloud({ url: cloud.url, fingerprint: wrong, host: 'lab2', token })).rejects.toThrow(`it is not the cloud that was joined`);
    expect((await join('lab2', token)).host).toBe('lab2');
  });

  test('cut off in the middle, is told what to do, and joins again with a token for its name', async () => {
    await open();
    const token = await joinToken();
    const { requestPem } = await makeCertificateRequest('lab2');
    const body = JSON.stringify({ token, name: 'lab2', request: requestPem });
    const socket = await secureSocket(cloud.port);
    socket.write(
      `POST /v1/agent/enrolment HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );
    await expect.poll(async () => (await cloud.ask('GET', '/v1/hosts/lab2')).statusCode).toBe(200);
    socket.destroy();
    await expect(join('lab2', token)).rejects.toThrow('If the join before it was cut off, that one is used up.');
    // A token for new hosts does not help: the host is there by now.
    await expect(join('lab2')).rejects.toThrow('There is already a host named lab2');
    const identity = await join('lab2', await joinToken({ host: 'lab2' }));
    expect(await statusWith(identity, '/v1/agent/join')).toBe(200);
  });

  test('with a request that is one, for a key of the right type', async () => {
    await open();
    const good = (await makeCertificateRequest('lab2')).requestPem;
    const tampered = good.replace(
      /([A-Za-z])([A-Za-z0-9+/=\n]{3})(-----END)/,
      (_, letter: string, rest, end) => `${letter === 'A' ? 'B' : 'A'}${rest}${end}`,
    );
    for (const wrong of ['nonsense', tampered, good.replaceAll('CERTIFICATE REQUEST', 'CERTIFICATE'), 'A'.repeat(8_000)]) {
      const answer = await cloud.inject({
        method: 'POST',
        url: '/v1/agent/enrolment',
        payload: { token: await joinToken(), name: 'lab2', request: wrong },
      });
      expect([wrong.slice(0, 60), answer.statusCode, answer.json().code]).toEqual([wrong.slice(0, 60), 400, 'CERTIFICATE_REQUEST_INVALID']);
    }
    expect((await cloud.ask('GET', '/v1/hosts/lab2')).statusCode).toBe(404);
  });
});

describe("a host's certificate", () => {
  test('opens the routes of agents and no other, and only for its own host', async () => {
    await open();
    const identity = await join('lab2');
    expect(await statusWith(identity, '/v1/agent/join')).toBe(200);
    expect(await statusWith(identity, '/v1/instances', 'GET')).toBe(403);
    expect(await statusWith(identity, '/v1/join-tokens')).toBe(403);
    expect(await statusWith(identity, '/v1/health', 'GET')).toBe(200);
  });

  test('of another authority is worth nothing, whatever it says', async () => {
    await open();
    const { hostId } = await join('lab2');
    const forger = new X509HostAuthority(await makeHostAuthority('01234567', Date.now()));
    const { keyPem, requestPem } = await makeCertificateRequest('lab2');
    const { certificatePem } = await forger.issue(requestPem, { id: hostId, name: 'lab2' }, Date.now());
    expect(await statusWith({ keyPem, certificatePem } as HostIdentity, '/v1/agent/join')).toBe(401);
  });

  test('is renewed in its last third by itself; the one before ends with the first use of the new one', async () => {
    // It is valid from a day before: half a day of a day and a half is its last third.
    await open({ hostLifetimeMs: 12 * hours - 1_000 });
    const { facts } = (await cloud.ask('GET', '/v1/hosts/lab1')).json().status;
    const before = await join('lab2');
    const { link, keeper, saved } = linkOf(before);
    await link.report({ ...report, facts });
    expect(saved).toHaveLength(1);
    expect(keeper.current).toMatchObject({ host: 'lab2', hostId: before.hostId, url: before.url });
    expect([keeper.current.keyPem, keeper.current.certificatePem]).not.toContain(before.keyPem);
    // The answer may have been lost: until the new one is used, the old one is good.
    expect(await statusWith(before, '/v1/agent/join')).toBe(200);
    await link.report({ ...report, facts });
    expect(await statusWith(before, '/v1/agent/join')).toBe(401);
    expect((await cloud.store.list({ kind: agentCertificateKind, limit: 10 })).items).toHaveLength(1);
    // Not again before ten minutes are over, however young it looks.
    expect(saved).toHaveLength(1);
  });

  test('is renewed by the clock of the cloud, not by that of a machine that is months ahead or behind', async () => {
    await open();
    const { facts } = (await cloud.ask('GET', '/v1/hosts/lab1')).json().status;
    for (const [name, offsetMs] of [
      ['ahead', 80 * 24 * hours],
      ['behind', -400 * 24 * hours],
    ] as const) {
      const { link, saved } = linkOf(await join(name), () => Date.now() + offsetMs);
      await link.report({ ...report, facts });
      expect([name, saved]).toEqual([name, []]);
    }
  });

  test('that has run out is told so, with what to do', async () => {
    let offsetMs = 0;
    await open({ clock: { ...nodeClock, now: () => Date.now() + offsetMs } });
    const { link } = linkOf(await join('lab2'));
    offsetMs = 91 * 24 * hours;
    expect(await say(link)).toMatch(/The certificate of host lab2 is not valid: it expired at /);
    await join('lab2', await joinToken({ host: 'lab2' }));
  });

  test('is worth nothing from the moment when its host is taken out, on lines that are open as on new ones', async () => {
    await open();
    const identity = await join('lab2');
    const { link } = linkOf(identity);
    const events = link.watch(new AbortController().signal)[Symbol.asyncIterator]();
    await next(events, 'synced');
    const kept = await secureSocket(cloud.port, { cert: identity.certificatePem, key: identity.keyPem });
    kept.write('POST /v1/agent/join HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n');
    await new Promise((resolve) => kept.once('data', resolve));
    const isCut = untilEnd(kept);
    const isOver = next(events, 'synced').catch((error: Error) => error.message);
    expect((await cloud.ask('DELETE', '/v1/hosts/lab2')).statusCode).toBe(204);
    expect(await isOver).toMatch(/ended|cut/);
    expect(await isCut).toBe('');
    expect(await say(link)).toContain('This host is not part of the cloud.');
    expect(await statusWith(identity, '/v1/agent/join')).toBe(404);
    // Nor does it come back to life when a machine of the same name joins.
    const again = await join('lab2');
    expect(again.hostId).not.toBe(identity.hostId);
    expect(await statusWith(identity, '/v1/agent/join')).toBe(404);
    expect(await statusWith(again, '/v1/agent/join')).toBe(200);
  });
});
