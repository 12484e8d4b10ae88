import type { FastifyInstance } from 'fastify';
import { Type, type Static } from 'typebox';
import { explain } from '../auth/explain.ts';
import { cloudRoles, projectRoles } from '../core/role.ts';
import { Nullable, OneOf } from '../core/schema.ts';
import { userNamePattern } from '../kinds/user/user.ts';
import type { ApiContext } from './context.ts';

const Params = Type.Object({
  name: Type.String({ pattern: userNamePattern, description: 'A log-in name, whether or not there is such an account.' }),
});
const Explanation = Type.Object({
  user: Type.String(),
  steps: Type.Array(
    Type.Object({
      method: Type.String({ description: 'A method of the settings; `account`: what the cloud itself knows.' }),
      isRight: Nullable(Type.Boolean({ description: 'Whether it lets in or gives something; null: it is only worth knowing.' })),
      says: Type.String(),
    }),
  ),
  rights: Nullable(
    Type.Object({
      role: OneOf(cloudRoles),
      groups: Type.Array(Type.String()),
      projects: Type.Array(
        Type.Object({ name: Type.String(), role: OneOf(projectRoles), from: Type.Array(Type.String({ description: 'What gives it.' })) }),
      ),
    }),
  ),
});

export function explainRoutes(app: FastifyInstance, { identity }: ApiContext): void {
  app.get<{ Params: Static<typeof Params> }>(
    '/v1/users/:name/explain',
    {
      config: { access: 'user.explain' },
      schema: {
        tags: ['user'],
        summary: 'What would happen if this person logged in, and why; what they may, and what gives it.',
        params: Params,
        response: { 200: Explanation },
      },
    },
    async (request) => explain(identity, request.params.name),
  );

  const Finding = Type.Object({ isRight: Type.Boolean(), says: Type.String() });
  app.post<{ Params: { name: string } }>(
    '/v1/settings/methods/:name/check',
    {
      config: { access: 'settings.update', errors: ['NOT_FOUND'] },
      schema: {
        tags: ['settings'],
        summary: 'Tries a method of logging in step by step, and says what is wrong with it.',
        params: Type.Object({ name: Type.String({ maxLength: 63 }) }),
        response: { 200: Type.Object({ findings: Type.Array(Finding) }) },
      },
    },
    async (request) => ({ findings: await identity.methods.check(request.params.name) }),
  );
}
