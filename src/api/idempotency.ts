import { createHash } from 'node:crypto';
import type { Admission } from '../control/admission.ts';
import type { Once } from '../control/requests.ts';
import { CloudError } from '../core/errors.ts';
import { limits } from '../core/limits.ts';
import { recordOf, type Resource } from '../core/resource.ts';
import { hours } from '../core/units.ts';
import { isoTime, type Clock } from '../ports/clock.ts';
import { inputInvalid } from './validation.ts';

export const idempotencyKind = 'idempotency';

interface Remembered {
  readonly requestSha256: string;
  readonly answer: readonly Resource[];
}

/** What makes two requests the same one. */
export interface KeyedRequest {
  readonly key: string;
  readonly userId: string;
  readonly method: string;
  /** Path and project: all that decides, beside the body, about what is done. */
  readonly target: string;
  readonly body: unknown;
}

export function checkKey(key: string): string {
  if (!/^[\x21-\x7e]{1,200}$/.test(key)) throw inputInvalid('Idempotency-Key', 'must be 1 to 200 visible ASCII characters');
  return key;
}

/**
 * The record that a request was made, written in one commit with what it brought about: no crash and no
 * race can make it count twice. It comes first in the commit, so that of two at once the later one finds
 * the record, and not, say, the name taken.
 */
export function onceOf(clock: Clock, request: KeyedRequest): Once {
  const requestSha256 = sha256(JSON.stringify([request.method, request.target, request.body ?? null]));
  const id = sha256(JSON.stringify([request.userId, request.key]));
  const write = (admission: Admission, revision: number, answer: readonly Resource[]) => {
    const now = isoTime(clock.now());
    const spec: Remembered = { requestSha256, answer };
    admission.putRecord({ ...recordOf({ kind: idempotencyKind, id, createdBy: request.userId, at: now, spec }), revision });
  };
  let revision = 0;
  return {
    async recall(admission) {
      const record = (await admission.get(idempotencyKind, id)) as Resource<Remembered> | null;
      revision = record?.revision ?? 0;
      if (record === null || isForgotten(record, clock)) {
        write(admission, revision, []);
        return null;
      }
      if (record.spec.requestSha256 !== requestSha256) throw new CloudError('IDEMPOTENCY_KEY_REUSED', { key: request.key });
      // All of one commit have its revision.
      return record.spec.answer.map((resource) => ({ ...resource, revision: record.revision }));
    },
    remember: (admission, answer) => write(admission, revision, answer),
  };
}

export function isForgotten(record: Resource, clock: Clock): boolean {
  return clock.now() - Date.parse(record.createdAt) > limits.idempotencyHours * hours;
}

/** One at a time per key: the second waits for the first one's answer instead of competing with it. */
export class Turns {
  readonly #last = new Map<string, Promise<unknown>>();

  async take<T>(key: string, work: () => Promise<T>): Promise<T> {
    const turn = (this.#last.get(key) ?? Promise.resolve()).then(work, work);
    const done = turn.catch(() => undefined);
    this.#last.set(key, done);
    try {
      return await turn;
    } finally {
      if (this.#last.get(key) === done) this.#last.delete(key);
    }
  }
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
