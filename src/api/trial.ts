import type { FastifyReply, FastifyRequest } from 'fastify';
import { tryCreation } from '../control/requests.ts';
import type { CreateInput, Slice } from '../control/slice.ts';
import type { ApiContext } from './context.ts';
import type { OneQuery } from './resource-schemas.ts';
import { callerIn } from './targets.ts';
import { inputInvalid } from './validation.ts';
import { toWire } from './wire.ts';

/** Answers a dry run. An Idempotency-Key is not looked at: nothing is done that could be done twice. */
export async function answerTrial(
  context: ApiContext,
  slice: Slice,
  request: FastifyRequest,
  reply: FastifyReply,
  inputs: readonly CreateInput<unknown>[],
): Promise<FastifyReply> {
  if ((request.query as OneQuery).wait !== undefined) throw inputInvalid('wait', 'is not possible together with dryRun: nothing comes about');
  const { resources, forecast } = await tryCreation(context.cloud, slice, callerIn(context, request), inputs);
  return reply.code(200).send({ dryRun: true, items: resources.map((resource) => toWire(slice, resource)), ...forecast });
}
