import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { request } from 'node:https';
import { afterEach, describe, expect, test } from 'vitest';
import pino from 'pino';
import { makeHostAuthority } from '../../src/drivers/certificate/host-authority.ts';
import { secureSocket, plainSocket, tlsCloud, untilEnd, type TlsCloud } from './tls-cloud.ts';

let cloud: TlsCloud;
const open = async (options: Parameters<typeof tlsCloud>[0] = {}) => (cloud = await tlsCloud(options));
afterEach(() => cloud.close());

interface Answer {
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly body: string;
}

function ask(
  path: string,
  { method = 'GET', headers = {}, body }: { method?: string; headers?: Record<string, string>; body?: object } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const payload = body === undefined ? '' : JSON.stringify(body);
    const sent = request(
      new URL(path, cloud.url),
      { method, rejectUnauthorized: false, agent: false, headers: { ...(payload === '' ? {} : { 'content-type': 'application/json' }), ...headers } },
      async (answer) => {
        const chunks = await Array.fromAsync(answer as AsyncIterable<Buffer>);
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(chunks).toString() });
      },
    );
    sent.on('error', reject);
    sent.end(payload);
  });
}

describe('TLS', () => {
  test('is 1.3 with whoever can, 1.2 with whoever cannot, and nothing older', async () => {
    await open();
    expect((await secureSocket(cloud.port)).getProtocol()).toBe('TLSv1.3');
    expect((await secureSocket(cloud.port, { maxVersion: 'TLSv1.2' })).getProtocol()).toBe('TLSv1.2');
    await expect(secureSocket(cloud.port, { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' })).rejects.toThrow();
    await expect(secureSocket(cloud.port, { maxVersion: 'TLSv1.2', ciphers: 'AES128-SHA' })).rejects.toThrow();
  });

  test('resumes no session: every connection shows its whole certificate', async () => {
    await open();
    for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
      const first = await secureSocket(cloud.port, { maxVersion });
      let session = first.getSession();
      first.on('session', (ticket) => (session = ticket));
      first.write('GET /v1/health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
      await untilEnd(first);
      const again = await secureSocket(cloud.port, { maxVersion, ...(session === undefined ? {} : { session }) });
      expect(again.isSessionReused()).toBe(false);
      again.destroy();
    }
  });

  test('asks for certificates of its own hosts and of nobody else, and needs none', async () => {
    await open();
    expect((await ask('/v1/health')).status).toBe(200);
    const told = await openssl(['s_client', '-connect', `127.0.0.1:${cloud.port}`]);
    expect(told).toMatch(/Acceptable client certificate CA names\nO ?= ?StratusLab, CN ?= ?Hosts of cloud 01234567\n(Requested|Peer)/);
  });

  test('tells the names of other authorities as they come and go', async () => {
    let [changed, authorities] = [() => {}, [] as string[]];
    await open({ callerAuthorities: { current: () => authorities, onChange: (listener) => ((changed = listener), () => undefined) } });
    const told = () => openssl(['s_client', '-connect', `127.0.0.1:${cloud.port}`]);
    expect(await told()).not.toContain('cloud 89abcdef');
    authorities = [(await makeHostAuthority('89abcdef', Date.now())).certificatePem];
    changed();
    expect(await told()).toMatch(/CN ?= ?Hosts of cloud 89abcdef/);
    authorities = [];
    changed();
    expect(await told()).not.toContain('cloud 89abcdef');
    expect((await ask('/v1/health')).status).toBe(200);
  });

  test('goes on with a renewed certificate without a new start, and connections that are open stay', async () => {
    await open({ isGiven: true });
    const before = await secureSocket(cloud.port);
    const first = before.getPeerX509Certificate()?.fingerprint256;
    const changed = new Promise<void>((resolve) => void cloud.certificate.onChange(resolve));
    await cloud.renew();
    await changed;
    const after = await secureSocket(cloud.port);
    expect(after.getPeerX509Certificate()?.fingerprint256).not.toBe(first);
    before.write('GET /v1/health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
    expect(await untilEnd(before)).toMatch(/^HTTP\/1.1 200 /);
    after.destroy();
  });

  test('plain HTTP on its port is told so, a browser is sent on', async () => {
    await open();
    const say = async (text: string) => {
      const socket = await plainSocket(cloud.port);
      socket.write(text);
      return untilEnd(socket);
    };
    expect(await say('GET /instances HTTP/1.1\r\nHost: localhost:8443\r\n\r\n')).toMatch(
      /^HTTP\/1.1 308 Permanent Redirect\r\nlocation: https:\/\/localhost:8443\/instances\r\n/,
    );
    for (const text of [
      'GET /instances HTTP/1.1\r\nHost: evil.example\r\n\r\n',
      'POST /v1/session HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n',
      'what is this\r\n',
    ]) {
      expect(await say(text)).toMatch(/^HTTP\/1.1 400 Bad Request[\s\S]*This port speaks HTTPS/);
    }
  });

  test('has plain HTTP beside it on loopback and nowhere else', async () => {
    await open();
    expect((await fetch(`${cloud.plainUrl}/v1/health`)).status).toBe(200);
    await expect(cloud.api.listen({ port: 0, host: '0.0.0.0' })).rejects.toThrow('plain HTTP is for loopback alone');
  });
});

describe('what goes over it', () => {
  test('is a cookie that no other host and no plain HTTP can set, and works', async () => {
    await open();
    const logIn = await ask('/v1/session', { method: 'POST', body: { user: 'admin', password: cloud.password } });
    expect(logIn.status).toBe(201);
    const [cookie = ''] = logIn.headers['set-cookie'] as string[];
    expect(cookie).toMatch(new RegExp(`^__Host-stratus_session_${cloud.port}=`));
    for (const attribute of ['; Secure', '; HttpOnly', '; SameSite=Strict', '; Path=/']) expect(cookie).toContain(attribute);
    expect(cookie).not.toContain('Domain');
    expect((await ask('/v1/session', { headers: { cookie: cookie.split(';')[0] ?? '' } })).status).toBe(200);
  });

  test('says to stay with TLS only where browsers trust the certificate by themselves', async () => {
    await open();
    expect((await ask('/v1/health')).headers['strict-transport-security']).toBeUndefined();
    await cloud.close();
    await open({ isGiven: true });
    expect((await ask('/v1/health')).headers['strict-transport-security']).toBe('max-age=31536000');
    expect((await fetch(`${cloud.plainUrl}/v1/health`)).headers.get('strict-transport-security')).toBeNull();
  });

  test('is answered under the names of the certificate, and not under those of others', async () => {
    await open();
    expect((await ask('/v1/health', { headers: { host: 'cloud.example:8443' } })).status).toBe(200);
    const refused = await ask('/v1/health', { headers: { host: 'rebound.evil.example' } });
    expect([refused.status, JSON.parse(refused.body)]).toMatchObject([421, { code: 'HOST_NAME_REFUSED' }]);
  });

  test('holds no secret in its address, and no log holds one', async () => {
    const lines: string[] = [];
    const logger = pino({ level: 'trace' }, { write: (line: string) => void lines.push(line) }) as never;
    await open({ logger });
    for (const query of [`access_token=${cloud.token}`, `token=${cloud.token}`, `x=${cloud.token}`, 'password=hunter2-hunter2']) {
      const answer = await ask(`/v1/projects?${query}`, { headers: { authorization: `Bearer ${cloud.token}` } });
      expect([answer.status, JSON.parse(answer.body).code]).toEqual([400, 'SECRET_IN_ADDRESS']);
      expect(answer.body).not.toContain(cloud.token);
    }
    await ask(`/v1/nothing?ticket=slt_abcdefghijklmnopqrstuvwxyz`);
    expect(lines.length).toBeGreaterThan(4);
    expect(lines.join('')).not.toMatch(/sl_|slt_|hunter2|\?/);
  });
});

describe('what is too much', () => {
  test('is refused in whatever form it comes', async () => {
    await open();
    const send = async (headers: string, chunks: readonly string[]) => {
      const socket = await secureSocket(cloud.port);
      socket.write(`POST /v1/session HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n${headers}\r\n\r\n`);
      const answer = untilEnd(socket);
      for (const chunk of chunks) socket.write(chunk);
      return (await answer).slice(0, 12);
    };
    const json = 'Content-Type: application/json\r\n';
    const piece = `10000\r\n${' '.repeat(65_536)}\r\n`;
    expect(await send(`${json}Content-Length: 2000000`, ['{'])).toBe('HTTP/1.1 413');
    expect(await send(`${json}Transfer-Encoding: chunked`, [...Array<string>(20).fill(piece), '0\r\n\r\n'])).toBe('HTTP/1.1 413');
    expect(await send(`${json}Content-Encoding: gzip\r\nTransfer-Encoding: chunked`, ['2\r\n{}\r\n0\r\n\r\n'])).toMatch(/HTTP\/1.1 4\d\d/);
    expect(await send('Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 3', ['--x'])).toBe('HTTP/1.1 415');
    expect(await send(`X-Long: ${'x'.repeat(20_000)}`, [])).toBe('HTTP/1.1 431');
  });
});

describe('slow clients are cut', () => {
  const limits = { handshakeMs: 300, headersMs: 300, requestMs: 900, idleMs: 300, stalledMs: 400 };

  test('a handshake that does not begin, or does not end', async () => {
    await open({ limits });
    const silent = await plainSocket(cloud.port);
    const halfway = await plainSocket(cloud.port);
    halfway.write(Buffer.from([22, 3, 1, 2, 0, 1, 0]));
    expect(await Promise.all([untilEnd(silent), untilEnd(halfway)])).toEqual(['', '']);
  });

  test('headers that trickle in, and a body that does', async () => {
    await open({ limits });
    const headers = await secureSocket(cloud.port);
    headers.write('GET /v1/health HTTP/1.1\r\nHost: localhost\r\nX-Slow: ');
    const body = await secureSocket(cloud.port);
    body.write('POST /v1/session HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{');
    const drip = setInterval(() => {
      headers.write('a');
      body.write(' ');
    }, 50);
    const answers = await Promise.all([untilEnd(headers), untilEnd(body)]);
    clearInterval(drip);
    for (const answer of answers) expect(answer).toMatch(/^HTTP\/1.1 408 Request Timeout/);
  });

  test('a connection on which nothing more is asked', async () => {
    await open({ limits });
    const socket = await secureSocket(cloud.port);
    socket.write('GET /v1/health HTTP/1.1\r\nHost: localhost\r\n\r\n');
    expect(await untilEnd(socket)).toMatch(/^HTTP\/1.1 200 /);
  });

  test('a watch that is not read costs one buffer, and is cut', async () => {
    await open({ limits });
    for (const [name, port] of [
      ['tls', cloud.port],
      ['plain', Number(new URL(cloud.plainUrl).port)],
    ] as const) {
      const socket = name === 'tls' ? await secureSocket(port) : await plainSocket(port);
      socket.write(`GET /v1/watch HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${cloud.token}\r\n\r\n`);
      await once(socket, 'data');
      socket.pause();
      const labels = Object.fromEntries(Array.from({ length: 60 }, (_, at) => [`k${at}`, 'x'.repeat(250)]));
      // What the kernel takes for the reader is some megabytes.
      const { id } = (await cloud.ask('POST', '/v1/projects', { name: `p-${name}`, labels })).json();
      const openWatches = () => cloud.api.connectionCount;
      const before = openWatches();
      for (let n = 0; n < 2_000 && openWatches() === before; n++) {
        const changed = await cloud.ask('PATCH', `/v1/projects/${id}`, { labels: { ...labels, k0: String(n) } });
        expect(changed.statusCode).toBe(200);
        // Changes of one thing that nobody was told of yet are told as one.
        await new Promise((resolve) => setImmediate(resolve));
      }
      await expect.poll(openWatches, { timeout: 5_000 }).toBe(before - 1);
      socket.destroy();
    }
  }, 60_000);

  test('more connections than there may be, from one address and in all', async () => {
    await open({ limits: { perAddress: 3 } });
    const sockets = [];
    for (let n = 0; n < 3; n++) sockets.push(await secureSocket(cloud.port));
    await expect(secureSocket(cloud.port)).rejects.toThrow();
    sockets[0]?.destroy();
    await expect
      .poll(() =>
        secureSocket(cloud.port).then(
          (socket) => (sockets.push(socket), true),
          () => false,
        ),
      )
      .toBe(true);
    for (const socket of sockets) socket.destroy();
  });
});

/** What it says, whatever it thinks of a certificate that nobody vouches for. */
function openssl(args: readonly string[]): Promise<string> {
  return new Promise((resolve) => {
    const child = execFile('openssl', args, { timeout: 10_000 }, (_error, stdout) => resolve(stdout));
    child.stdin?.end();
  });
}
