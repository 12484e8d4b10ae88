import type { Resource } from './resource.ts';

/** Something that happened: who, what, why. A record of kind `event`, never changed afterwards. */
export interface EventSpec {
  /** `state`: a resource changed state. `request`: somebody asked for something. `notice`: worth knowing. */
  readonly type: 'state' | 'request' | 'notice';
  readonly subject: { readonly kind: string; readonly id: string; readonly name: string };
  /** What happened, in plain words. */
  readonly message: string;
  /** States before and after; null where the state did not change by it. */
  readonly from: string | null;
  readonly to: string | null;
  /** Why, where there is more to say; e.g. the failure's reason. */
  readonly reason: string | null;
  /** User id, host id or `system`. */
  readonly actor: string;
  /** Of the request that it came of; null: of none, it happened by itself. */
  readonly requestId: string | null;
}

export type EventRecord = Resource<EventSpec, Record<string, never>>;

export type NewEvent = Partial<EventSpec> & Pick<EventSpec, 'type' | 'message'>;
