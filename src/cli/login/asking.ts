import type { Session } from '../session.ts';
import { Questions } from '../questions.ts';
import { plainly } from './keep.ts';
import { briefly, openByPassword, type BriefSession } from './brief-session.ts';

/** The terminal, or the lines of stdin, for as long as a command asks. */
export async function withQuestions<T>({ world }: Session, work: (questions: Questions) => Promise<T>): Promise<T> {
  const questions = new Questions(world);
  try {
    return await work(questions);
  } finally {
    questions.close();
  }
}

/**
 * What people prove themselves with is changed by people: the password is asked for, and the second factor where there is
 * one, whatever token the command has. So nobody who finds a token takes an account over with it.
 */
export async function asPerson<T>(session: Session, work: (person: BriefSession, questions: Questions, password: string) => Promise<T>): Promise<T> {
  const { user }: { user: { name: string } } = await session.client.request('GET', '/v1/session', { signal: session.world.interrupted });
  return withQuestions(session, async (questions) => {
    const { session: person, password } = await openByPassword(session.world, questions, session.cloud.endpoint, user.name).catch(plainly);
    return briefly(person, async () => work(person, questions, password));
  });
}
