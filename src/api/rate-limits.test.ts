import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testCloud, type TestCloud } from './api.fixture.ts';

let cloud: TestCloud;
beforeAll(async () => {
  cloud = await testCloud({ rates: { ofAddress: 20, ofCredential: 10, logIns: 3 } });
});
afterAll(() => cloud.close());

/** The statuses of so many requests. */
async function statuses(count: number, request: Parameters<TestCloud['inject']>[0]): Promise<Record<number, number>> {
  const found: Record<number, number> = {};
  for (let n = 0; n < count; n++) {
    const { statusCode } = await cloud.inject(request);
    found[statusCode] = (found[statusCode] ?? 0) + 1;
  }
  return found;
}

describe('too many requests', () => {
  test('of one address are refused for the rest of the minute, those of others are not', async () => {
    expect(await statuses(25, { url: '/v1/health', remoteAddress: '192.0.2.1' })).toEqual({ 200: 20, 429: 5 });
    const refused = await cloud.inject({ url: '/v1/health', remoteAddress: '192.0.2.1' });
    expect(refused.json()).toMatchObject({ code: 'RATE_LIMITED', remedy: expect.stringMatching(/^Wait \d+ s and try again/) });
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect(Number(refused.headers['retry-after'])).toBeLessThanOrEqual(60);
    expect(await statuses(5, { url: '/v1/health', remoteAddress: '192.0.2.2' })).toEqual({ 200: 5 });
  });

  test('of one network are one, where each machine has more addresses than it can use', async () => {
    let refused = 0;
    for (let n = 0; n < 25; n++) refused += Number((await cloud.inject({ url: '/v1/health', remoteAddress: `2001:db8::${n}:1` })).statusCode === 429);
    expect(refused).toBe(5);
    expect((await cloud.inject({ url: '/v1/health', remoteAddress: '2001:db8:0:1::1' })).statusCode).toBe(200);
  });

  test('with one token are refused wherever they come from, those with another are not', async () => {
    const { secret } = (await cloud.inject({ ...withToken(cloud.token), method: 'POST', url: '/v1/tokens', payload: { name: 'busy' } })).json();
    let refused = 0;
    for (let n = 0; n < 14; n++)
      refused += Number((await cloud.inject({ ...withToken(secret), url: '/v1/projects', remoteAddress: `198.51.100.${n}` })).statusCode === 429);
    expect(refused).toBe(4);
    expect((await cloud.inject({ ...withToken(cloud.token), url: '/v1/projects', remoteAddress: '198.51.100.1' })).statusCode).toBe(200);
  });

  test('are fewer where each costs a log-in, and a wrong token is no way around', async () => {
    const logIn = { method: 'POST', url: '/v1/session', remoteAddress: '192.0.2.9', payload: { user: 'nobody' } } as const;
    expect(await statuses(5, logIn)).toEqual({ 400: 3, 429: 2 });
    expect(await statuses(2, { ...logIn, remoteAddress: '192.0.2.10' })).toEqual({ 400: 2 });
    const guess = (n: number) => ({ ...withToken(`sl_guess-${n}`), url: '/v1/projects', remoteAddress: '192.0.2.11' });
    let refused = 0;
    for (let n = 0; n < 25; n++) refused += Number((await cloud.inject(guess(n))).statusCode === 429);
    expect(refused).toBe(5);
  });

  test('are not counted of agents, nor by address on loopback', async () => {
    expect(await statuses(30, { method: 'POST', url: '/v1/agent/join', ...withToken(cloud.agentToken), remoteAddress: '192.0.2.20' })).toEqual({
      200: 30,
    });
    expect(await statuses(30, { url: '/v1/health', remoteAddress: '127.0.0.1' })).toEqual({ 200: 30 });
  });
});

function withToken(token: string) {
  return { headers: { authorization: `Bearer ${token}` } };
}
