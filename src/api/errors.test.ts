import fc from 'fast-check';
import { Writable } from 'node:stream';
import pino from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SqliteStore } from '../control/store/sqlite-store.ts';
import { errorCatalogue } from '../core/errors.ts';
import { testCloud, type TestCloud } from './api.fixture.ts';
import { createApi } from './server.ts';

let cloud: TestCloud;
beforeAll(async () => {
  cloud = await testCloud();
});
afterAll(() => cloud.close());

describe('an error', () => {
  test('always has the same form: a code of the catalogue, plain words, a remedy, the request', async () => {
    const authorization = `Bearer ${cloud.token}`;
    const json = { authorization, 'content-type': 'application/json' };
    const cases: [number, string, { method: 'GET' | 'POST' | 'HEAD'; url: string; headers?: Record<string, string>; payload?: string }][] = [
      [400, 'JSON_INVALID', { method: 'POST', url: '/v1/projects', headers: json, payload: '{"name":' }],
      [400, 'JSON_INVALID', { method: 'POST', url: '/v1/projects', headers: json, payload: '{"__proto__":{"name":"x"}}' }],
      [400, 'INPUT_INVALID', { method: 'POST', url: '/v1/projects', headers: json, payload: '' }],
      [400, 'INPUT_INVALID', { method: 'POST', url: '/v1/projects', headers: json, payload: '[]' }],
      [400, 'INPUT_INVALID', { method: 'GET', url: '/v1/instances/%zz', headers: { authorization } }],
      [413, 'BODY_TOO_LARGE', { method: 'POST', url: '/v1/projects', headers: json, payload: JSON.stringify({ name: 'x'.repeat(1_100_000) }) }],
      [
        415,
        'MEDIA_TYPE_UNSUPPORTED',
        { method: 'POST', url: '/v1/projects', headers: { authorization, 'content-type': 'text/plain' }, payload: '{"name":"x"}' },
      ],
      [
        415,
        'MEDIA_TYPE_UNSUPPORTED',
        { method: 'POST', url: '/v1/projects', headers: { authorization, 'content-type': 'application/x-www-form-urlencoded' }, payload: 'name=x' },
      ],
      [404, 'ROUTE_NOT_FOUND', { method: 'GET', url: '/', headers: { authorization } }],
      [404, 'ROUTE_NOT_FOUND', { method: 'GET', url: '/v1/docs/../../../etc/passwd', headers: { authorization } }],
      [404, 'ROUTE_NOT_FOUND', { method: 'GET', url: '/v1/docs/..%2f..%2fpackage.json' }],
      [405, 'METHOD_NOT_ALLOWED', { method: 'HEAD', url: '/v1/instances', headers: { authorization } }],
      [401, 'UNAUTHENTICATED', { method: 'GET', url: '/v1/instances', headers: { authorization: 'Basic YWRtaW46YWRtaW4=' } }],
      [404, 'NOT_FOUND', { method: 'GET', url: `/v1/instances/${'x'.repeat(100)}`, headers: { authorization } }],
      [400, 'INPUT_INVALID', { method: 'GET', url: '/v1/instances/x/console', headers: { authorization } }],
    ];
    for (const [status, code, request] of cases) {
      const answer = await cloud.inject(request);
      expect([request.method, request.url.slice(0, 60), answer.statusCode]).toEqual([request.method, request.url.slice(0, 60), status]);
      expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
      if (request.method === 'HEAD') continue;
      expect(answer.json()).toMatchObject({
        type: `urn:stratuslab:error:${code}`,
        status,
        code,
        title: expect.any(String),
        detail: expect.stringMatching(/\.$/),
        remedy: expect.stringMatching(/./),
        requestId: answer.headers['x-request-id'],
      });
      expect(answer.headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' });
    }
  });

  test('inside the cloud is logged with its cause and the request, and tells the caller nothing of it', async () => {
    let log = '';
    const sink = new Writable({ write: (chunk, _encoding, done) => ((log += String(chunk)), done()) });
    const store = Object.assign(new SqliteStore(':memory:'), {
      getByKey: () => Promise.reject(new Error('disk on fire at /secret/place')),
    });
    const api = createApi({
      cloud: Object.create(cloud.cloud, { store: { value: store } }) as typeof cloud.cloud,
      identity: cloud.identity,
      version: '0',
      logger: pino(sink) as never,
    });
    const answer = await api.app.inject({
      url: '/v1/projects/x?project=y',
      headers: { authorization: `Bearer ${cloud.token}`, 'x-request-id': 'my-request' },
    });
    expect(answer.json()).toMatchObject({ status: 500, code: 'INTERNAL', requestId: 'my-request', remedy: expect.stringContaining('my-request') });
    expect(answer.body).not.toMatch(/fire|secret/);
    expect(log).toMatch(/"requestId":"my-request".*disk on fire.*at /);
    await api.close();
    await store.close();
  });

  test('a request id is taken over when it is sane, and made when it is not', async () => {
    const idOf = async (given: string) => (await cloud.ask('GET', '/v1/health', undefined, { 'x-request-id': given })).headers['x-request-id'];
    expect(await idOf('build-17.step:3')).toBe('build-17.step:3');
    for (const insane of ['a b', 'x'.repeat(65), '{"level":50}', '']) expect(await idOf(insane)).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('no ticket, token or password stands in the log, and each line names its request once', async () => {
    let log = '';
    const sink = new Writable({ write: (chunk, _encoding, done) => ((log += String(chunk)), done()) });
    const api = createApi({ cloud: cloud.cloud, identity: cloud.identity, version: '0', logger: pino({ level: 'trace' }, sink) as never });
    await api.app.inject({ url: '/v1/instances/x/console?stream=serial&ticket=slt_hunter2', headers: { authorization: 'Bearer sl_hunter3' } });
    await api.app.inject({ method: 'POST', url: '/v1/session', payload: { user: 'admin', password: 'hunter4' } });
    await api.app.inject({ url: '/v1/nothing?ticket=hunter5' });
    for (const line of log.trim().split('\n')) expect(line.match(/"(reqId|requestId)":/g)).toEqual(['"requestId":']);
    expect(log).toContain('/v1/instances/x/console');
    expect(log).not.toMatch(/hunter/);
    await api.close();
  });
});

interface Document {
  readonly paths: Record<string, Record<string, { responses: Record<string, { description: string; content?: object } | undefined> }>>;
}

describe('whatever is sent', () => {
  const paths = [
    '/v1/instances',
    '/v1/instances/batch',
    '/v1/images',
    '/v1/ssh-keys',
    '/v1/projects',
    '/v1/instance-types',
    '/v1/tokens',
    '/v1/session',
    '/v1/instances/x/stop',
    '/v1/instances/x/console-tickets',
  ];
  const fields = [
    'name',
    'image',
    'labels',
    'source',
    'publicKey',
    'count',
    'keys',
    'userData',
    'userDataBase64',
    'diskGib',
    'vcpus',
    'memoryMib',
    'user',
    'host',
    'expiresAt',
    'timeoutSeconds',
  ];
  const body = fc.oneof(
    fc.jsonValue(),
    fc.dictionary(fc.constantFrom(...fields), fc.jsonValue()),
    fc.record(
      {
        name: fc.stringMatching(/^[a-z]{1,9}$/),
        image: fc.constantFrom('tiny', 'none'),
        labels: fc.dictionary(fc.string(), fc.string()),
        publicKey: fc.string(),
        userDataBase64: fc.string(),
      },
      { requiredKeys: ['name'] },
    ),
  );

  test('the answer is never an internal error, and always one that the reference knows', async () => {
    const document = (await cloud.inject({ url: '/v1/openapi.json' })).json<Document>();
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...paths), body, async (path, payload) => {
        const answer = await cloud.inject({
          method: 'POST',
          url: path,
          headers: { authorization: `Bearer ${cloud.token}`, 'content-type': 'application/json' },
          payload: JSON.stringify(payload),
        });
        expect(answer.statusCode).toBeLessThan(500);
        if (answer.statusCode >= 400) expect(Object.keys(errorCatalogue)).toContain(answer.json().code);
        // The reference says so, of this very route.
        const operation = document.paths[path.replace('/x/', '/{ref}/')]?.['post'];
        if (answer.statusCode >= 400) expect(operation?.responses[answer.statusCode]?.description).toContain(`\`${answer.json().code}\``);
      }),
      { numRuns: 300 },
    );
  });

  test('no address is an internal error either', async () => {
    const words = fc.oneof(
      fc.string(),
      fc.constantFrom('instances', 'events', 'watch', 'docs', 'openapi.json', 'agent', 'images', '..', '%00', 'batch'),
    );
    const query = fc.dictionary(
      fc.constantFrom('project', 'limit', 'cursor', 'order', 'name', 'state', 'label', 'wait', 'from', 'kinds', 'offset'),
      fc.string(),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(words, { maxLength: 4 }), query, async (parts, parameters) => {
        const url = `/v1/${parts.map(encodeURIComponent).join('/')}?${new URLSearchParams(parameters).toString()}`;
        // A watch has no end.
        if (parts[0] === 'watch') return;
        const answer = await cloud.inject({ method: 'GET', url, headers: { authorization: `Bearer ${cloud.token}` } });
        expect(answer.statusCode).toBeLessThan(500);
      }),
      { numRuns: 300 },
    );
  });
});

describe('the reference', () => {
  test('describes every route of the API in OpenAPI 3.1', async () => {
    const document = (await cloud.inject({ url: '/v1/openapi.json' })).json();
    expect(document.openapi).toBe('3.1.0');
    const described = Object.entries(document.paths as Record<string, object>).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const served = cloud.api.routes
      .map(({ method, url }) => `${method} ${url.replaceAll(/:(\w+)/g, '{$1}')}`)
      .filter((route) => !/\/v1\/(docs|openapi)/.test(route));
    expect(new Set(described)).toEqual(new Set(served));
    const ids = Object.values(document.paths as Record<string, Record<string, { operationId: string }>>).flatMap((methods) =>
      Object.values(methods).map((operation) => operation.operationId),
    );
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('tells of every route its answers, and its errors by code', async () => {
    const { paths } = (await cloud.inject({ url: '/v1/openapi.json' })).json<Document>();
    for (const [path, operations] of Object.entries(paths)) {
      for (const [method, { responses }] of Object.entries(operations)) {
        const statuses = Object.keys(responses).filter((status) => status !== 'default');
        expect(statuses.filter((status) => Number(status) < 400).length, `${method} ${path}`).toBeGreaterThan(0);
        for (const status of statuses) {
          const { description, content } = responses[status] ?? { description: '' };
          expect(description, `${method} ${path} ${status}`).not.toMatch(/^(|Default Response)$/);
          if (Number(status) >= 400) expect(Object.keys(content ?? {})).toEqual(['application/problem+json']);
          for (const [, code = ''] of Number(status) < 400 ? [] : description.matchAll(/^`([A-Z_]+)`: /gm))
            expect(errorCatalogue[code as keyof typeof errorCatalogue].status).toBe(Number(status));
        }
      }
    }
    const conditional = JSON.stringify(paths['/v1/instances/{ref}/reboot']);
    for (const name of ['If-Match', 'Idempotency-Key', 'X-Request-Id', 'X-CSRF-Token']) expect(conditional).toContain(`"name":"${name}"`);
  });

  test('points at nothing that is not in it', async () => {
    const text = (await cloud.inject({ url: '/v1/openapi.json' })).body;
    const names = new Set(Object.keys(JSON.parse(text).components.schemas));
    const refs = [...text.matchAll(/"\$ref":"([^"]+)"/g)].map((match) => match[1] ?? '');
    expect(refs.length).toBeGreaterThan(20);
    for (const ref of refs) expect(names).toContain(ref.replace('#/components/schemas/', ''));
  });

  test('is a page that loads only what the cloud itself serves', async () => {
    const page = await cloud.inject({ url: '/v1/docs' });
    expect(page.headers['content-security-policy']).toContain("script-src 'self'");
    const parts = [...page.body.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1] ?? '');
    expect(parts).toHaveLength(4);
    for (const part of parts) {
      const answer = await cloud.inject({ url: part });
      expect([part, answer.statusCode]).toEqual([part, 200]);
    }
  });
});
