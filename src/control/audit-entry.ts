import { idFromUuid } from '../core/ids.ts';
import { recordOf, type Resource } from '../core/resource.ts';
import { isoTime, type Clock } from '../ports/clock.ts';
import type { Change } from './store/store.ts';

/** Who a request came from, as it stands in the audit log. */
export interface Origin {
  /** Of the user or host, as it was then; empty where nobody had logged in. */
  readonly name: string;
  /** What proved it: `password`, `ldap:NAME`, `oidc:NAME`, `x509:NAME`, `passkey`, `token`, `certificate`, `local socket`, `system`; `none`. */
  readonly method: string;
  /** Id of the session, token or certificate. */
  readonly credentialId: string | null;
  /** IP address that the request came from; null for the unix socket. */
  readonly address: string | null;
}

export interface AuditSubject {
  readonly kind: string;
  /** null where a request named something that is not there, or not for the caller's eyes. */
  readonly id: string | null;
  readonly name: string;
  /** Id of the project that it belongs to. */
  readonly project: string | null;
}

type Details = Readonly<Record<string, string | number | boolean | null>>;

/** One thing that was done, or refused. Never changed afterwards. */
export interface AuditEntry {
  /** ISO 8601 with milliseconds, UTC. */
  readonly at: string;
  readonly requestId: string | null;
  /** Id of the user, of the token of an agent, or `system`; null where nobody had logged in. */
  readonly userId: string | null;
  readonly name: string;
  readonly method: string;
  readonly credentialId: string | null;
  readonly address: string | null;
  /** `subject.verb`, as in the authorization matrix: `instance.create`, `session.create`. */
  readonly action: string;
  /** What it was done to; several where one request did the same to many. */
  readonly subjects: readonly AuditSubject[];
  readonly outcome: 'done' | 'refused';
  /** Of the error that refused it; null when it was done. */
  readonly code: string | null;
  /** How many alike this stands for; more than 1 only for refusals. */
  readonly count: number;
  /** What else is worth knowing, never a secret. */
  readonly details: Details;
}

export interface NewAuditEntry extends Partial<Omit<AuditEntry, 'name' | 'method' | 'credentialId' | 'address'>> {
  readonly action: string;
  readonly origin?: Origin | undefined;
}

/** Entries as they are committed, in the order of their ids; the chain takes them from there (src/audit). */
export const auditPendingKind = 'audit-pending';

const subjectsMax = 200;
const detailsMax = 20;
const textLengthMax = 200;

/**
 * The change that records that something was done or refused; committed together with what it tells of. `uuid`: of the
 * moment when it happened, where that was before; it decides about the order.
 */
export function auditChange(clock: Clock, entry: NewAuditEntry, uuid: string = clock.uuid()): Change {
  const now = isoTime(clock.now());
  const spec = bounded(entry, now);
  const resource = recordOf({ kind: auditPendingKind, id: idFromUuid('aud', uuid), createdBy: spec.userId ?? 'anyone', at: now, spec });
  return { op: 'put', resource, expectedRevision: 0, indexed: { keys: [], indexes: {} } };
}

/** Whoever sends requests chooses some of it: no entry grows without end. */
function bounded({ origin = nobody, subjects = [], details = {}, ...entry }: NewAuditEntry, now: string): AuditEntry {
  const more = subjects.length > subjectsMax ? { moreSubjects: subjects.length - subjectsMax } : {};
  return {
    at: entry.at ?? now,
    requestId: entry.requestId ?? null,
    userId: entry.userId ?? null,
    name: short(origin.name),
    method: short(origin.method),
    credentialId: origin.credentialId,
    address: origin.address,
    action: short(entry.action),
    subjects: subjects.slice(0, subjectsMax).map(({ kind, id, name, project }) => ({ kind, id, name: short(name), project })),
    outcome: entry.outcome ?? 'done',
    code: entry.code ?? null,
    count: entry.count ?? 1,
    details: {
      ...Object.fromEntries(
        Object.entries(details)
          .slice(0, detailsMax)
          .map(([key, value]) => [key, typeof value === 'string' ? short(value) : value]),
      ),
      ...more,
    },
  };
}

const nobody: Origin = { name: '', method: 'none', credentialId: null, address: null };

/** Well-formed as well: half of a character pair could not be written down and read back as it was. */
function short(text: string): string {
  return text.slice(0, textLengthMax).toWellFormed();
}

export function subjectOf({ kind, id, name, project }: Resource): AuditSubject {
  return { kind, id, name, project };
}
