import { expect, test } from 'vitest';
import { createToken } from '../auth/token.ts';
import { putUser } from '../auth/account.ts';
import type { Resource } from '../core/resource.ts';
import { projectRoles } from '../core/role.ts';
import { testCloud, type TestCloud } from './api.fixture.ts';

/** Who asks, as columns. Roles are in the project `ours`; `shared`: in no project, given a share of what is there. */
const columns = ['anyone', 'agent', 'user', 'shared-read', 'shared-use', ...projectRoles, 'auditor', 'administrator'] as const;
type Column = (typeof columns)[number];

/** What is asked for: of the caller's own project (or the caller's own), of another, or not there at all. */
const rows = ['own', 'foreign', 'absent'] as const;

const publicKey = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ5bmlYdDZ3T0gWg6jQmS9xkXN3v3yqGJ8kYwq2n1b7t';

/** A body that is right, where a route wants one: otherwise it would be refused for its form before anybody looks at the rights. */
const bodies: Readonly<Record<string, object>> = {
  'POST /v1/instances': { name: 'new', image: 'tiny', type: 't1.micro' },
  'POST /v1/instances/batch': { name: 'new', image: 'tiny', type: 't1.micro', count: 2 },
  'POST /v1/images': { name: 'new', source: { type: 'recipe', recipe: 'tiny' } },
  'POST /v1/ssh-keys': { name: 'new', publicKey },
  'POST /v1/instance-types': { name: 'new', vcpus: 1, memoryMib: 128 },
  'POST /v1/projects': { name: 'new' },
  'POST /v1/users': { name: 'new' },
  'POST /v1/groups': { name: 'new' },
  'POST /v1/tokens': { name: 'new' },
  'POST /v1/projects/:ref/set-member': { user: 'admin', role: 'viewer' },
  'POST /v1/projects/:ref/remove-member': { user: 'nobody' },
  'POST /v1/groups/:ref/add-members': { users: ['nobody'] },
  'POST /v1/groups/:ref/remove-members': { users: ['nobody'] },
  'POST /v1/instances/:ref/resize': { type: 'm1.small' },
  'POST /v1/account/password': { current: 'guess', new: 'walnut-ferry-cobalt-17' },
  'POST /v1/account/conditions': { version: 1 },
  'POST /v1/account/email': { email: 'new@example.org', current: 'guess' },
  'POST /v1/projects/:ref/invitations': { email: 'guest@example.org', role: 'viewer' },
  'POST /v1/courses': { name: 'new', seats: 3, endsAt: '2099-01-01T00:00:00Z' },
  'POST /v1/courses/join': { code: 'ABCDEFGH' },
  'POST /v1/registrations/:id/refuse': { reason: 'No.' },
  'POST /v1/users/import': { text: '' },
  'POST /v1/:shared/share': { user: 'admin', access: 'read' },
  'POST /v1/:shared/unshare': { everyone: true },
};

const bodyOf = (method: string, url: string): object | undefined => {
  const key = `${method} ${url}`;
  const shared = key.replace(/\/v1\/[a-z-]+\/:ref\/(un)?share$/, (all) => `/v1/:shared/${all.split('/').at(-1) ?? ''}`);
  return bodies[key] ?? bodies[shared] ?? (method === 'POST' || method === 'PATCH' ? {} : undefined);
};

/** `yes` when it was not refused for its rights, whatever else came of it. */
const answers: Readonly<Record<number, string>> = { 401: '401', 403: '403', 404: '404' };

const isListOfProjects = (url: string) => ['/v1/instances', '/v1/images', '/v1/ssh-keys', '/v1/events'].includes(url);

/** Each caller with a token, in the cloud with what the routes lead to. */
async function callers(cloud: TestCloud) {
  const { store } = cloud;
  const { clock } = cloud.auth;
  const ask = async (method: string, path: string, body: object) => {
    const answer = await cloud.ask(method, path, body);
    expect([path, answer.statusCode < 300], answer.body).toEqual([path, true]);
    return answer.json<Resource>();
  };
  const tokens = new Map<Column, { token: string; id: string; name: string }>();
  for (const name of columns.slice(2)) {
    const { user, change } = putUser(clock, name, { role: name === 'auditor' ? 'auditor' : name === 'administrator' ? 'administrator' : 'user' });
    await store.commit([change]);
    tokens.set(name, { token: (await createToken(store, clock, { name: 'mine', owner: user.id })).secret, id: user.id, name });
  }
  const things: Record<'own' | 'foreign', Record<string, string>> = { own: {}, foreign: {} };
  for (const [row, project] of [
    ['own', 'ours'],
    ['foreign', 'theirs'],
  ] as const) {
    const { id } = await ask('POST', '/v1/projects', { name: project });
    things[row]['projects'] = id;
    things[row]['groups'] = (await ask('POST', '/v1/groups', { name: project })).id;
    things[row]['instances'] = (await ask('POST', `/v1/instances?project=${id}`, { name: 'one', image: 'tiny', type: 't1.micro' })).id;
    things[row]['images'] = (
      await ask('POST', `/v1/images?project=${id}&wait=settled&timeoutSeconds=10`, {
        name: `one-of-${project}`,
        source: { type: 'recipe', recipe: 'tiny' },
      })
    ).id;
    things[row]['ssh-keys'] = (await ask('POST', `/v1/ssh-keys?project=${id}`, { name: 'one', publicKey })).id;
  }
  for (const name of ['own', 'foreign'] as const) things[name]['users'] = (await ask('POST', '/v1/users', { name: `someone-${name}` })).id;
  for (const role of projectRoles) await ask('POST', '/v1/projects/ours/set-member', { user: role, role });
  await ask('POST', '/v1/groups/ours/add-members', { users: [...projectRoles] });
  for (const kind of ['instances', 'images'])
    for (const access of ['read', 'use']) await ask('POST', `/v1/${kind}/${things.own[kind]}/share`, { user: `shared-${access}`, access });
  return { tokens, things };
}

test('who may do what with whose resource is as the golden file says', { timeout: 120_000 }, async () => {
  // So many log-ins a minute would be refused for being so many.
  const cloud = await testCloud({ rates: { logIns: Infinity, registrations: Infinity, ofCredential: Infinity } });
  const { tokens, things } = await callers(cloud);
  const absent = (plural: string) => `${(things.own[plural] ?? 'x-0').split('-')[0] ?? 'x'}-00000000000000000000000000`;
  const lines: string[] = [];
  // Who logs out by a token has none afterwards.
  const isLogOut = ({ method, url }: { method: string; url: string }) => method === 'DELETE' && url === '/v1/session';
  const routes = cloud.api.routes
    .filter(({ url, method }) => method !== 'HEAD' && !url.includes('/docs') && !url.startsWith('/v1/agent') && !url.endsWith('/watch'))
    .toSorted((a, b) => Number(isLogOut(a)) - Number(isLogOut(b)));
  for (const { method, url, access } of routes) {
    const plural = /^\/v1\/([a-z-]+)\/:ref/.exec(url)?.[1] ?? '';
    const whose = things.own[plural] === undefined ? (['own'] as const) : rows;
    for (const row of whose) {
      const cells: string[] = [];
      for (const column of columns) {
        const caller = tokens.get(column);
        const own = (plural === 'users' ? caller?.id : things.own[plural]) ?? things.own[plural] ?? 'nothing-there';
        const id = row === 'own' ? own : row === 'foreign' ? (things.foreign[plural] ?? '') : absent(plural);
        const authorization = column === 'agent' ? `Bearer ${cloud.agentToken}` : caller === undefined ? null : `Bearer ${caller.token}`;
        const isCreate = method === 'POST' && /^\/v1\/[a-z-]+(\/batch)?$/.test(url);
        const project = isCreate ? '?project=ours' : method === 'GET' && isListOfProjects(url) ? '?project=*' : '';
        const body = bodyOf(method, url);
        const payload = isCreate && body !== undefined && 'name' in body ? { ...body, name: `new-${column}` } : body;
        const answer = await cloud.inject({
          method,
          url: `${url.replaceAll(/:(\w+)/g, (_, name: string) => (name === 'ref' ? id : 'nothing-there'))}${project}`,
          // Nothing is changed by who may change it: it is never at this revision.
          headers: { ...(authorization === null ? {} : { authorization }), 'if-match': '"999999999"' },
          ...(payload === undefined ? {} : { payload }),
        });
        const isRefused = answer.statusCode !== 404 || answer.json<{ code: string }>().code === 'NOT_FOUND';
        cells.push(((isRefused ? answers[answer.statusCode] : null) ?? 'yes').padEnd(Math.max(4, column.length)));
      }
      lines.push(
        `${(row === whose[0] ? `${method} ${url}` : '').padEnd(48)} ${(row === whose[0] ? access : '').padEnd(26)} ${(whose.length > 1 ? row : '').padEnd(8)} ${cells.join(' ')}`.trimEnd(),
      );
    }
  }
  const head =
    `${'ROUTE'.padEnd(48)} ${'ROW'.padEnd(26)} ${'WHOSE'.padEnd(8)} ${columns.map((column) => column.padEnd(Math.max(4, column.length))).join(' ')}`.trimEnd();
  await expect(`${head}\n${lines.join('\n')}\n`).toMatchFileSnapshot('./matrix.golden.txt');
  await cloud.close();
});
