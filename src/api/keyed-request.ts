import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Answer, Once } from '../control/requests.ts';
import { identityOf } from './access.ts';
import type { ApiContext } from './context.ts';
import { checkKey, onceOf, Turns } from './idempotency.ts';
import type { OneQuery } from './resource-schemas.ts';

const turns = new Turns();

/** Runs `work` so that, with an Idempotency-Key, the same request counts once. */
export async function onceByKey(
  { cloud }: ApiContext,
  request: FastifyRequest,
  reply: FastifyReply,
  work: (once: Once | null) => Promise<Answer>,
): Promise<Answer> {
  const header = request.headers['idempotency-key'];
  if (header === undefined) return work(null);
  const key = checkKey(String(header));
  const { userId } = identityOf(request);
  const { project = '' } = request.query as OneQuery;
  const target = `${request.url.split('?')[0] ?? ''} ${project}`;
  const once = onceOf(cloud.clock, { key, userId, method: request.method, target, body: request.body });
  const answer = await turns.take(`${userId}\n${key}`, () => work(once));
  if (answer.isRepeat) reply.header('idempotent-replayed', 'true');
  return answer;
}
