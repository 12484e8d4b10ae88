import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testCloud, type TestCloud } from './api.fixture.ts';

let cloud: TestCloud;
let port: number;
beforeAll(async () => {
  cloud = await testCloud();
  port = Number(new URL((await cloud.api.listen({ port: 0 })).url ?? '').port);
});
afterAll(() => cloud.close());

/** Sends exactly this, and reads until the other side ends. */
function send(text: string): Promise<{ status: number; headers: Record<string, string>; body: string }> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    socket.setEncoding('utf8');
    socket.on('data', (part: string) => (answer += part));
    socket.on('error', reject);
    socket.on('close', () => {
      const [head = '', body = ''] = answer.split('\r\n\r\n');
      const [first = '', ...lines] = head.split('\r\n');
      const headers = Object.fromEntries(
        lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
      );
      resolve({ status: Number(first.split(' ')[1]), headers, body });
    });
  });
}

describe('what is hardly HTTP', () => {
  test.each([
    [400, 'no HTTP at all', 'hello\r\n\r\n'],
    [400, 'no host', 'GET /v1/health HTTP/1.1\r\nConnection: close\r\n\r\n'],
    [400, 'two lengths', 'POST /v1/session HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n'],
    [431, 'headers without end', `GET /v1/health HTTP/1.1\r\nHost: localhost\r\nX-Long: ${'x'.repeat(40_000)}\r\n\r\n`],
  ])('is answered %i with a problem, a remedy and a request id: %s', async (status, _what, text) => {
    const answer = await send(text);
    expect(answer.status).toBe(status);
    expect(answer.headers).toMatchObject({ 'content-type': 'application/problem+json; charset=utf-8', 'x-content-type-options': 'nosniff' });
    expect(JSON.parse(answer.body)).toMatchObject({
      status,
      code: 'INPUT_INVALID',
      remedy: expect.stringMatching(/./),
      requestId: answer.headers['x-request-id'],
    });
    expect(answer.headers['x-request-id']).toMatch(/./);
  });

  test('an expectation that nobody knows is passed over', async () => {
    expect((await send('GET /v1/health HTTP/1.1\r\nHost: localhost\r\nExpect: the-unexpected\r\nConnection: close\r\n\r\n')).status).toBe(200);
  });

  test('an offer of HTTP/2 is not taken up, and its request is answered as any other, body and all', async () => {
    const body = JSON.stringify({ user: 'nobody', password: 'x' });
    const answer = await send(
      `POST /v1/session HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade, HTTP2-Settings, close\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA\r\n` +
        `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );
    expect([answer.status, JSON.parse(answer.body).code]).toEqual([401, 'UNAUTHENTICATED']);
  });
});
