import type { FastifyInstance } from 'fastify';
import { Type, type Static } from 'typebox';
import { originOf } from '../auth/authorize.ts';
import { importUsers } from '../auth/import-users.ts';
import { parseLoginPswd } from '../auth/login-pswd.ts';
import { OneOf } from '../core/schema.ts';
import { identityOf } from './access.ts';
import type { ApiContext } from './context.ts';
import { strict } from './strict.ts';

/** 1 MiB of file, in base 64. */
const fileLengthMax = 1_400_000;

const Import = Type.Object({
  file: Type.String({
    maxLength: fileLengthMax,
    contentEncoding: 'base64',
    pattern: '^[A-Za-z0-9+/]*={0,2}$',
    description: "A file login-pswd.properties of StratusLab's, at most 1 MiB, in base 64.",
  }),
  isDryRun: Type.Optional(Type.Boolean({ description: 'Only say what would be done.' })),
});
const Imported = Type.Object({
  accounts: Type.Array(
    Type.Object({
      line: Type.Integer(),
      user: Type.String(),
      state: OneOf(['created', 'exists', 'refused'] as const),
      says: Type.String({ description: 'What should be known of it; may be empty.' }),
    }),
  ),
  problems: Type.Array(Type.Object({ line: Type.Integer(), problem: Type.String() }), { description: 'Lines that are left out.' }),
});

/** Takes users over from older software. */
export function userImportRoutes(app: FastifyInstance, { auth }: ApiContext): void {
  app.post<{ Body: Static<typeof Import> }>(
    '/v1/users/import',
    {
      bodyLimit: fileLengthMax + 1_000,
      config: { access: 'user.create' },
      schema: {
        tags: ['user'],
        summary: 'Take over users with their passwords from a file login-pswd.properties.',
        description: 'Users who are here already stay as they are. Who had no role cloud-access there comes blocked.',
        body: strict(Import),
        response: { 200: Imported },
      },
    },
    async (request) => {
      const { file, isDryRun = false } = request.body;
      const identity = identityOf(request);
      const { accounts, problems } = parseLoginPswd(Buffer.from(file, 'base64'));
      const audit = { origin: originOf(identity), requestId: request.id, userId: identity.userId };
      return { accounts: await importUsers(auth, accounts, audit, isDryRun), problems };
    },
  );
}
