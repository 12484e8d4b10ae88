import type { FastifyInstance } from 'fastify';
import { Type, type Static } from 'typebox';
import { Allowance } from '../auth/allowance.ts';
import { may, seesAll } from '../auth/authorize.ts';
import type { Course, Courses } from '../auth/flows/courses.ts';
import type { Identity } from '../auth/identity.ts';
import { Quota } from '../auth/settings/schema.ts';
import { CloudError } from '../core/errors.ts';
import { limits } from '../core/limits.ts';
import { projectRoles } from '../core/role.ts';
import { Name, Nullable, OneOf, Ref, Timestamp } from '../core/schema.ts';
import { minutes } from '../core/units.ts';
import { identityOf } from './access.ts';
import type { ApiContext } from './context.ts';
import { ownAccount } from './own-account.ts';
import { ref } from './resource-schemas.ts';
import { strict } from './strict.ts';
import { callerIn } from './targets.ts';
import { inputInvalid } from './validation.ts';

const seats = Type.Integer({ minimum: 1, maximum: limits.membersPerProjectMax - 10, description: 'How many students take part at most.' });
const endsAt = Type.String({ maxLength: 40, description: 'ISO 8601, UTC: then students only see, and what runs is stopped.' });
const role = OneOf(projectRoles, { description: 'Of students in the project; member where absent.' });
const NewCourse = Type.Object({
  name: { ...Name, description: 'Of the course and of its project.' } as typeof Name,
  seats,
  endsAt,
  role: Type.Optional(role),
  quota: Type.Optional(Nullable(Quota)),
  description: Type.Optional(Type.String({ maxLength: limits.descriptionLengthMax })),
  owner: Type.Optional({ ...Ref, description: 'Log-in name or id of who gives it; you where absent.' } as typeof Ref),
});
const Changed = Type.Object({ seats: Type.Optional(seats), endsAt: Type.Optional(endsAt) });
const Shown = Type.Object({
  id: Type.String(),
  name: Type.String(),
  code: Type.String({ description: 'Who knows it takes a seat.' }),
  project: Type.String({ description: 'Id.' }),
  seats: Type.Integer(),
  seatsTaken: Type.Integer(),
  role,
  endsAt: Timestamp,
  state: OneOf(['open', 'full', 'over'] as const),
  createdAt: Timestamp,
});
const Join = Type.Object({ code: Type.String({ minLength: 8, maxLength: 20, description: 'Eight letters.' }) });
const Joined = Type.Object({ course: Type.String({ description: 'Its name.' }), project: Type.String({ description: 'Id.' }) });

/** Courses: one code, so many students, a project with an end. */
export function courseRoutes(app: FastifyInstance, context: ApiContext, courses: Courses): void {
  const { cloud } = context;
  const tags = ['course'];
  const guesses = new Allowance(cloud.clock, 20, 10 * minutes);
  const shown = (course: Course): Static<typeof Shown> => {
    const { code, project, seats: all, students, role: given, endsAt: end, isOver } = course.spec;
    const state = isOver || Date.parse(end) <= cloud.clock.now() ? 'over' : students.length >= all ? 'full' : 'open';
    const { id, name, createdAt } = course;
    return { id, name, code, project, seats: all, seatsTaken: students.length, role: given, endsAt: end, state, createdAt };
  };
  /** The code is for who gives it, and not for who takes part. */
  const maySee = async (identity: Identity, { spec }: Course) => {
    if (seesAll(identity)) return true;
    const project = await cloud.store.get('project', spec.project);
    return project !== null && may(identity, 'set-member', project);
  };

  app.get(
    '/v1/courses',
    {
      config: { access: 'course.read' },
      schema: { tags, summary: 'Courses that you give; all, for administrators.', response: { 200: Type.Object({ items: Type.Array(Shown) }) } },
    },
    async (request) => {
      const identity = identityOf(request);
      const items = await Promise.all((await courses.list()).map(async (course) => ((await maySee(identity, course)) ? [shown(course)] : [])));
      return { items: items.flat() };
    },
  );

  app.post<{ Body: Static<typeof NewCourse> }>(
    '/v1/courses',
    {
      config: { access: 'course.create', errors: ['NAME_TAKEN', 'NOT_FOUND'] },
      schema: { tags, summary: 'Make a course, with a project of its own.', body: strict(NewCourse), response: { 201: Shown } },
    },
    async (request, reply) => {
      const { role: given = 'member', quota = null, description = '', owner = null, ...rest } = request.body;
      const wanted = { ...rest, endsAt: moment(rest.endsAt, cloud.clock.now()), role: given, quota, description, owner };
      return reply.code(201).send(shown(await courses.create(callerIn(context, request), wanted)));
    },
  );

  app.post<{ Body: Static<typeof Join> }>(
    '/v1/courses/join',
    {
      config: { access: 'course.join', errors: ['NOT_FOUND', 'COURSE_FULL', 'COURSE_OVER', 'LIMIT_REACHED', 'RATE_LIMITED'] },
      schema: { tags, summary: 'Take a seat in a course.', body: strict(Join), response: { 200: Joined } },
    },
    async (request) => {
      const { user, actor } = await ownAccount(context, request);
      if (!guesses.take(user.id)) throw new CloudError('RATE_LIMITED', { retryAfterSeconds: 60 });
      const { name, spec } = await courses.join(actor, user.id, request.body.code);
      return { course: name, project: spec.project };
    },
  );

  app.patch<{ Params: Static<typeof ref>; Body: Static<typeof Changed> }>(
    '/v1/courses/:ref',
    {
      config: { access: 'course.update', errors: ['NOT_FOUND'] },
      schema: { tags, summary: 'More seats, or another end.', params: ref, body: strict(Changed), response: { 200: Shown } },
    },
    async (request) => {
      const { id } = await courses.find(request.params.ref);
      const { seats: wanted, endsAt: end } = request.body;
      const to = { seats: wanted, endsAt: end === undefined ? undefined : moment(end, null) };
      return shown(await courses.change(callerIn(context, request), id, to));
    },
  );

  app.delete<{ Params: Static<typeof ref> }>(
    '/v1/courses/:ref',
    {
      config: { access: 'course.delete', errors: ['NOT_FOUND'] },
      schema: {
        tags,
        summary: 'The code is worthless; the project stays.',
        params: ref,
        response: { 204: { type: 'null', description: 'Deleted.' } },
      },
    },
    async (request, reply) => {
      const { id } = await courses.find(request.params.ref);
      await courses.delete(callerIn(context, request), id);
      return reply.code(204).send();
    },
  );
}

/** `afterMs` null: it may be over already, which ends the course now. */
function moment(text: string, afterMs: number | null): string {
  const ms = Date.parse(text);
  if (Number.isNaN(ms) || (afterMs !== null && ms <= afterMs)) throw inputInvalid('endsAt', 'must be a time to come, such as 2031-12-31T23:59:59Z');
  return new Date(ms).toISOString();
}
