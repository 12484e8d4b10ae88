import type { EventRecord, NewEvent } from '../core/event.ts';
import { idFromUuid } from '../core/ids.ts';
import type { Resource } from '../core/resource.ts';
import { isoTime, type Clock } from '../ports/clock.ts';
import type { Change } from './store/store.ts';

/** The change that records an event about `subject`; committed together with what it tells of. */
export function eventChange(clock: Clock, subject: Resource, event: NewEvent): Change {
  const now = isoTime(clock.now());
  const id = idFromUuid('evt', clock.uuid());
  const resource: EventRecord = {
    kind: 'event',
    id,
    name: id,
    project: subject.project,
    labels: {},
    generation: 1,
    revision: 0,
    createdAt: now,
    updatedAt: now,
    deletedAt: null,
    createdBy: event.actor ?? 'system',
    spec: {
      subject: { kind: subject.kind, id: subject.id, name: subject.name },
      from: null,
      to: null,
      reason: null,
      actor: 'system',
      requestId: null,
      ...event,
    },
    status: {},
  };
  const indexes: Record<string, string> = { subject: subject.id };
  if (subject.project !== null) indexes['project'] = subject.project;
  return { op: 'put', resource, expectedRevision: 0, indexed: { keys: [], indexes } };
}
