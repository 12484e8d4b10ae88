import type { FastifyInstance } from 'fastify';
import { Type, type Static } from 'typebox';
import type { Identity } from '../auth/identity.ts';
import { csrfTokenOf } from '../auth/secret.ts';
import type { Store } from '../control/store/store.ts';
import { projectRoles } from '../core/role.ts';
import { OneOf } from '../core/schema.ts';
import { identityOf } from './access.ts';
import type { ApiContext } from './context.ts';
import { clearSessionCookie, readSessionCookie, setSessionCookie } from './session-cookie.ts';
import { strict } from './strict.ts';

const LogIn = Type.Object({
  user: Type.String({ minLength: 1, maxLength: 100 }),
  password: Type.String({ minLength: 1, maxLength: 1_000 }),
});

const Session = Type.Object({
  user: Type.Object({ id: Type.String(), name: Type.String(), role: Type.String() }),
  via: Type.String({ description: 'How this request proved it: session or token.' }),
  projects: Type.Optional(
    Type.Array(Type.Object({ id: Type.String(), name: Type.String(), role: OneOf(projectRoles) }), {
      description: 'Where this person is in, by membership, by a group or by what a directory says, and the greatest role there; read with GET.',
    }),
  ),
  groups: Type.Optional(Type.Array(Type.Object({ id: Type.String(), name: Type.String() }), { description: 'Read with GET.' })),
  csrfToken: Type.Optional(Type.String({ description: 'With a session cookie: send it back as X-CSRF-Token with everything but GET.' })),
});

export function sessionRoutes(app: FastifyInstance, { auth }: ApiContext): void {
  app.post<{ Body: Static<typeof LogIn> }>(
    '/v1/session',
    {
      config: { access: 'session.create', errors: ['UNAUTHENTICATED', 'RATE_LIMITED'] },
      schema: { tags: ['session'], summary: 'Log in: sets the session cookie.', security: [], body: strict(LogIn), response: { 201: Session } },
    },
    async (request, reply) => {
      const { user, password } = request.body;
      const { identity, secret, csrfToken } = await auth.logIn(user, password, request.ip ?? 'local');
      setSessionCookie(request, reply, secret);
      return reply.code(201).send({ ...shown(identity), csrfToken });
    },
  );

  app.get(
    '/v1/session',
    { config: { access: 'session.read' }, schema: { tags: ['session'], summary: 'Who am I?', response: { 200: Session } } },
    async (request) => {
      const identity = identityOf(request);
      const secret = identity.via === 'session' ? readSessionCookie(request) : null;
      return { ...shown(identity), ...(await belongsTo(auth.store, identity)), ...(secret === null ? {} : { csrfToken: csrfTokenOf(secret) }) };
    },
  );

  app.delete(
    '/v1/session',
    {
      config: { access: 'session.delete' },
      schema: { tags: ['session'], summary: 'Log out.', response: { 204: { type: 'null', description: 'Logged out.' } } },
    },
    async (request, reply) => {
      await auth.logOut(identityOf(request));
      clearSessionCookie(request, reply);
      return reply.code(204).send();
    },
  );
}

function shown({ userId, name, role, via }: Identity) {
  return { user: { id: userId, name, role }, via };
}

/** What rights follow from has its names at hand; of a project that only a directory speaks of, it is read. */
async function belongsTo(store: Store, { rights, scope }: Identity) {
  if (rights === null) return { projects: [], groups: [] };
  const { sources } = rights;
  const nameOf = async (id: string) => (sources.get(id) ?? (await store.get('project', id)))?.name;
  const byName = (a: { name: string }, b: { name: string }) => a.name.localeCompare(b.name);
  const ids = [...rights.projects].filter(([id]) => scope?.project == null || scope.project === id);
  const projects = await Promise.all(ids.map(async ([id, role]) => ({ id, name: (await nameOf(id)) ?? '', role })));
  return {
    // A link may still name one that is gone.
    projects: projects.filter(({ name }) => name !== '').toSorted(byName),
    groups: [...rights.groups].map((id) => ({ id, name: sources.get(id)?.name ?? '' })).toSorted(byName),
  };
}
