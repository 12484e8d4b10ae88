import { Type } from 'typebox';
import type { EventRecord } from '../../core/event.ts';
import type { Kind } from '../../core/kind.ts';
import { Nullable, OneOf } from '../../core/schema.ts';

export const eventKind: Kind<EventRecord> = {
  name: 'event',
  plural: 'events',
  prefix: 'evt',
  scope: 'project',
  says: 'Something that happened: who did what to what, and why.',
  create: null,
  update: null,
  spec: Type.Object({
    type: OneOf(['state', 'request', 'notice'] as const),
    subject: Type.Object({ kind: Type.String(), id: Type.String(), name: Type.String() }),
    message: Type.String(),
    from: Nullable(Type.String()),
    to: Nullable(Type.String()),
    reason: Nullable(Type.String()),
    actor: Type.String(),
    requestId: Nullable(Type.String()),
  }),
  status: Type.Object({}),
  initialStatus: {},
  states: ['recorded'],
  state: () => 'recorded',
  verbs: {},
  indexes: (event) => ({ subject: event.spec.subject.id }),
  columns: [
    { title: 'TIME', value: (event) => event.createdAt },
    { title: 'SUBJECT', value: (event) => `${event.spec.subject.kind} ${event.spec.subject.name}` },
    { title: 'MESSAGE', value: (event) => event.spec.message },
    { title: 'REASON', value: (event) => event.spec.reason ?? '' },
  ],
};
