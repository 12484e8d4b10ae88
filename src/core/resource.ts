/**
 * A resource: what its owner asked for (`spec`, numbered by `generation`) and what was last seen of it
 * in the world (`status`). Everything in the cloud has this shape.
 */
export interface Resource<Spec = unknown, Status = unknown> {
  readonly kind: string;
  /** Says its kind, e.g. `i-06evj4…`; unique in the cloud, never reused. */
  readonly id: string;
  /** Unique among the living of its kind within its project (or within the cloud). */
  readonly name: string;
  /** Id of the owning project; null for what belongs to the cloud itself. */
  readonly project: string | null;
  readonly labels: Readonly<Record<string, string>>;
  /** Who may see or use it beside its project; absent: nobody. */
  readonly shares?: readonly Share[];
  /** Starts at 1 and grows with every change of `spec`, `name`, `labels` or `deletedAt`. */
  readonly generation: number;
  /** Of the request that asked for this generation; null or absent where the cloud itself did. */
  readonly requestId?: string | null;
  /** The store's revision of the last change of any part; the ETag. */
  readonly revision: number;
  /** ISO 8601 with milliseconds, UTC, as every time on the wire. */
  readonly createdAt: string;
  readonly updatedAt: string;
  /** When deletion was asked for; the record goes when nothing of it is left in the world. */
  readonly deletedAt: string | null;
  /** Id of the user who created it, or `system`. */
  readonly createdBy: string;
  readonly spec: Spec;
  readonly status: Status;
}

/** Somebody outside a resource's project for whom it is there too. */
export interface Share {
  /** Id of a user, a group or a project, or `everyone`: all who can log in. */
  readonly with: string;
  /** The name that goes with the id, for people. */
  readonly name: string;
  /** `read`: as a viewer of its project; `use`: as an operator, for this one resource. */
  readonly access: 'read' | 'use';
}

/** What the engine writes into every status beside the kind's own fields. */
export interface Observed {
  /** The generation that the last plan was made for; 0 before the first. */
  readonly observedGeneration: number;
  /** Why the plan is not empty yet; null when the resource is as asked for. */
  readonly waitingFor: Waiting | null;
}

/** Why something is not yet as asked for: an owner, a reason in plain words, a deadline and a next step. */
export interface Waiting {
  /** Stable code for programs, kebab-case, e.g. `image-download`. */
  readonly code: string;
  /** Plain words for people, e.g. `the image tiny is being copied to host lab1 (40 %)`. */
  readonly reason: string;
  /** Who has to act for this to go on. */
  readonly owner: 'cloud' | 'host' | 'guest' | 'user' | 'administrator';
  readonly since: string;
  /** When the next step is taken at the latest; null when only the owner can end the wait. */
  readonly deadline: string | null;
  /** What happens at the deadline, or what the owner can do. */
  readonly next: string;
}

/** The plan for this generation is empty: the world is as asked for. */
export function isSettled(resource: Resource<unknown, Observed>): boolean {
  return resource.deletedAt === null && resource.status.observedGeneration === resource.generation && resource.status.waitingFor === null;
}

/** What makes a new record of a thing that has no more than its spec: book-keeping of the cloud, not a resource of anybody's. */
export interface NewRecord<Spec> {
  readonly kind: string;
  readonly id: string;
  readonly name?: string;
  /** Id of a user, or `system` where absent. */
  readonly createdBy?: string;
  /** ISO 8601. */
  readonly at: string;
  readonly spec: Spec;
}

/** A record that is not in the store yet. */
export function recordOf<Spec>({ kind, id, name = '', createdBy = 'system', at, spec }: NewRecord<Spec>): Resource<Spec> {
  return {
    kind,
    id,
    name,
    project: null,
    labels: {},
    generation: 1,
    revision: 0,
    createdAt: at,
    updatedAt: at,
    deletedAt: null,
    createdBy,
    spec,
    status: {},
  };
}
