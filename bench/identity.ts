/**
 * What knowing people costs: log-ins beside one argon2id, authorization within a get, and lists in a cloud of 10,000
 * users and 1,000 projects beside those of a small one. In one process, over the API's own routes; about a minute.
 */
import { createApi } from '../src/api/server.ts';
import { putPassword, putUser } from '../src/auth/account.ts';
import { may, mayDo } from '../src/auth/authorize.ts';
import { hashPassword, verifyPassword } from '../src/auth/password.ts';
import { IdentityServices } from '../src/auth/services.ts';
import { createToken } from '../src/auth/token.ts';
import { systemCaller } from '../src/control/admission.ts';
import { createResources } from '../src/control/requests.ts';
import type { Change } from '../src/control/store/store.ts';
import type { ProjectRole } from '../src/core/role.ts';
import { nodeClock } from '../src/drivers/node-clock.ts';
import type { Project } from '../src/kinds/project/project.ts';
import { putRecordOf } from './parts/put-record.ts';
import { FullCloud } from './parts/full-cloud.ts';
import { median, table, timed } from './measure.ts';

const password = 'walnut-ferry-cobalt-17';
const publicKey = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ5bmlYdDZ3T0gWg6jQmS9xkXN3v3yqGJ8kYwq2n1b7t';

interface Population {
  readonly users: number;
  readonly projects: number;
  readonly keysPerProject: number;
}

/** A cloud with so many people in it; the first of them is in ten projects, and is who asks. */
async function populated({ users, projects, keysPerProject }: Population) {
  const cloud = new FullCloud(':memory:');
  await cloud.start(100);
  const { control, store } = cloud;
  const identity = new IdentityServices({ store, clock: nodeClock, feed: control.feed });
  const { auth } = identity;
  await auth.ensureAdministrator('admin', password);
  const hash = await hashPassword(password);
  const people = Array.from({ length: users }, (_, n) => putUser(nodeClock, `user${n}`, { email: `user${n}@example.org` }));
  const changes: Change[] = people.flatMap(({ user, change }, n) => (n < 10 ? [change, putPassword(nodeClock, user.id, hash, null)] : [change]));
  for (let at = 0; at < changes.length; at += 500) await store.commit(changes.slice(at, at + 500));
  for (let n = 0; n < projects; n++) {
    const { resources } = await createResources(control, control.slice('project'), systemCaller, [
      { name: `project${n}`, project: null, labels: {}, body: {} },
    ]);
    const [project] = resources as [Project];
    const member = (index: number, role: ProjectRole) => ({ id: people[index % users]?.user.id ?? '', name: `user${index % users}`, role });
    const members = [...(n < 10 ? [member(0, 'member')] : []), ...Array.from({ length: 9 }, (_, index) => member(n * 9 + index + 1, 'viewer'))];
    await store.commit([putRecordOf(control, { ...project, spec: { ...project.spec, members } })]);
    const inputs = Array.from({ length: keysPerProject }, (_, index) => ({
      name: `key${index}`,
      project: project.id,
      labels: {},
      body: { publicKey },
    }));
    await createResources(control, control.slice('ssh-key'), systemCaller, inputs);
  }
  const api = createApi({ cloud: control, identity, version: 'bench', rates: { ofCredential: Infinity, logIns: Infinity } });
  await api.app.ready();
  const owner = people[0]?.user.id ?? '';
  const { secret } = await createToken(store, nodeClock, { name: 'bench', owner });
  const administrator = await auth.createToken({ role: 'administrator', account: 'admin', name: 'bench' });
  const ask = async (url: string, token = secret) => {
    const answer = await api.app.inject({ url, headers: { authorization: `Bearer ${token}` } });
    if (answer.statusCode !== 200) throw new Error(`${url}: ${answer.body}`);
    return answer;
  };
  const close = async () => {
    await api.close();
    await cloud.stop();
  };
  return { control, store, identity, api, ask, secret, administrator, close };
}

/** Middle of many, each timed alone, µs. */
async function microseconds(work: () => unknown, times = 400): Promise<number> {
  for (let n = 0; n < 50; n++) await work();
  const taken: number[] = [];
  for (let n = 0; n < times; n++) taken.push((await timed(async () => work())) * 1_000);
  return median(taken);
}

const small = await populated({ users: 200, projects: 10, keysPerProject: 20 });

const hash = await hashPassword(password);
const argon2Ms = median(await inTurn(8, () => timed(() => verifyPassword(password, hash))));
const logIn = (name: string) =>
  small.api.app.inject({ method: 'POST', url: '/v1/session', headers: { host: 'localhost' }, payload: { user: name, password } });
const logInMs = median(await inTurn(8, () => timed(() => logIn('user1'))));
const together = await timed(() => Promise.all(Array.from({ length: 10 }, (_, n) => logIn(`user${n}`))));
print(
  'log-in',
  `one argon2id ${argon2Ms.toFixed(0)} ms; one log-in ${logInMs.toFixed(0)} ms: ${(logInMs / argon2Ms).toFixed(2)} ×; ten at once ${(10_000 / together).toFixed(1)} a second`,
);

const { items } = (await small.ask('/v1/ssh-keys?project=project0&limit=1')).json<{ items: { id: string }[] }>();
const id = items[0]?.id ?? '';
const getUs = await microseconds(() => small.ask(`/v1/ssh-keys/${id}`));
const identity = await small.identity.auth.byToken(small.secret);
const record = await small.store.get('ssh-key', id);
if (identity === null || record === null) throw new Error('nobody asks for anything');
// Rights are at hand, and each decision is made twice: at the door, and on what is found.
const authorizationUs = await microseconds(async () => {
  await small.identity.auth.rights.of(identity.userId);
  return mayDo(identity, 'ssh-key', 'read') && may(identity, 'read', record);
});
const part = authorizationUs / (getUs - authorizationUs);
print(
  'authorization',
  `${authorizationUs.toFixed(1)} µs of a get of ${getUs.toFixed(0)} µs: ${(100 * part).toFixed(1)} % more   (under 10 %)`,
  part < 0.1,
);

// A foreign id answers as an absent one, and about as soon: what it would take to tell them apart is a statistic.
const stranger = await createToken(small.store, nodeClock, {
  name: 'stranger',
  owner: (await small.store.list({ kind: 'user', limit: 200 })).items.at(-1)?.id ?? '',
});
const timeOf = (ref: string) =>
  microseconds(() => small.api.app.inject({ url: `/v1/ssh-keys/${ref}`, headers: { authorization: `Bearer ${stranger.secret}` } }));
const [foreignUs, absentUs] = [await timeOf(id), await timeOf(`${id.slice(0, -6)}000000`)];
print(
  'a foreign id',
  `${foreignUs.toFixed(0)} µs against ${absentUs.toFixed(0)} µs for one that is nobody's: ${(foreignUs / absentUs).toFixed(2)} ×`,
);

const large = await populated({ users: 10_000, projects: 1_000, keysPerProject: 20 });
const lists = {
  'own keys, all projects': '/v1/ssh-keys?project=*',
  'keys of one project': '/v1/ssh-keys?project=project0',
  'own projects': '/v1/projects',
  'all users (administrator)': '/v1/users',
  'all keys (administrator)': '/v1/ssh-keys?project=*',
};
const rows: string[][] = [['a page of 100, µs', '200 users', '10,000 users', 'ratio']];
for (const [what, url] of Object.entries(lists)) {
  const tokenOf = (cloud: typeof small) => (what.includes('administrator') ? cloud.administrator : cloud.secret);
  const [before, after] = [
    await microseconds(() => small.ask(url, tokenOf(small)), 100),
    await microseconds(() => large.ask(url, tokenOf(large)), 100),
  ];
  rows.push([what, before.toFixed(0), after.toFixed(0), `${(after / before).toFixed(2)} ×`]);
}
process.stdout.write(`\n${table(rows)}\n`);
await small.close();
await large.close();

async function inTurn<T>(times: number, work: () => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  for (let n = 0; n < times; n++) results.push(await work());
  return results;
}

function print(what: string, says: string, isKept = true): void {
  process.stdout.write(`${isKept ? '✔' : '✘'} ${what}: ${says}\n`);
  if (!isKept) process.exitCode = 1;
}
