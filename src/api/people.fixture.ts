import type { Scope } from '../auth/scope.ts';
import { createToken } from '../auth/token.ts';
import type { ProjectRole } from '../core/role.ts';
import type { TestCloud } from './api.fixture.ts';

export type Ask = TestCloud['ask'];

export interface Person {
  readonly id: string;
  readonly ask: Ask;
}

/** Asks with a token of this user's. */
export async function asking(cloud: TestCloud, owner: string, scope?: Scope): Promise<Ask> {
  const { store, clock } = cloud.auth;
  const { secret } = await createToken(store, clock, { name: `t-${clock.uuid()}`, owner, scope });
  return (method, path, body, headers = {}) =>
    cloud.inject({
      method,
      url: path,
      headers: { authorization: `Bearer ${secret}`, ...headers },
      ...(body === undefined ? {} : { payload: body as object }),
    });
}

/** Somebody with a role in each of these projects, which are made where they are missing. */
export async function person(cloud: TestCloud, name: string, roles: Readonly<Record<string, ProjectRole>> = {}): Promise<Person> {
  const { id } = (await cloud.ask('POST', '/v1/users', { name })).json();
  for (const [project, role] of Object.entries(roles)) {
    await cloud.ask('POST', '/v1/projects', { name: project });
    const answer = await cloud.ask('POST', `/v1/projects/${project}/set-member`, { user: name, role });
    if (answer.statusCode !== 202) throw new Error(answer.body);
  }
  return { id, ask: await asking(cloud, id) };
}
