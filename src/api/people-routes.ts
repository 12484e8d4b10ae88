import type { FastifyInstance } from 'fastify';
import { Courses } from '../auth/flows/courses.ts';
import { emailPurpose } from '../auth/flows/email-link.ts';
import { Invitations } from '../auth/flows/invitations.ts';
import { MailedLinks } from '../auth/flows/mailed-links.ts';
import { passwordPurpose, PasswordResets } from '../auth/flows/password-links.ts';
import { Registrations } from '../auth/flows/registrations.ts';
import { minutes } from '../core/units.ts';
import type { Clock } from '../ports/clock.ts';
import { accountFactorRoutes } from './account-factor-routes.ts';
import { accountRoutes } from './account-routes.ts';
import type { ApiContext } from './context.ts';
import { courseRoutes } from './course-routes.ts';
import { invitationRoutes } from './invitation-routes.ts';
import { oneTimeLinkRoutes } from './one-time-link-routes.ts';
import { registrationRoutes } from './registration-routes.ts';
import { userCredentialRoutes } from './user-credential-routes.ts';

const coursesEveryMs = 1 * minutes;

/** All about people: their accounts, how they come to one, and what brings them together. */
export function peopleRoutes(app: FastifyInstance, context: ApiContext): void {
  const courses = new Courses(context);
  const registrations = new Registrations(context, courses);
  const invitations = new Invitations(context);
  const links = new MailedLinks(context, {
    'reset-password': passwordPurpose(context),
    'set-password': passwordPurpose(context),
    'confirm-email': emailPurpose(context),
    'confirm-registration': registrations.purpose,
    'accept-invitation': invitations.purpose,
  });
  accountRoutes(app, context);
  accountFactorRoutes(app, context);
  oneTimeLinkRoutes(app, context, links, new PasswordResets(context));
  userCredentialRoutes(app, context);
  registrationRoutes(app, context, registrations);
  invitationRoutes(app, context, invitations);
  courseRoutes(app, context, courses);
  const failed = (error: unknown) => app.log.error({ err: error }, 'a course could not end');
  const stop = regularly(context.cloud.clock, coursesEveryMs, () => courses.endDue(failed).catch(failed));
  app.addHook('preClose', async () => stop());
}

/** Until the returned function is called. */
function regularly(clock: Clock, everyMs: number, work: () => Promise<unknown>): () => void {
  let isOver = false;
  let cancel = () => {};
  const run = () => void work().finally(() => isOver || (cancel = clock.after(everyMs, run)));
  cancel = clock.after(everyMs, run);
  return () => {
    isOver = true;
    cancel();
  };
}
