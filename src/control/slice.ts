import type { TProperties } from 'typebox';
import type { Kind } from '../core/kind.ts';
import type { Resource } from '../core/resource.ts';
import type { Admission } from './admission.ts';

export interface CreateInput<Body> {
  readonly name: string;
  /** Id of the project; null for a kind of the cloud's. */
  readonly project: string | null;
  readonly labels: Readonly<Record<string, string>>;
  readonly body: Body;
}

/**
 * What a kind adds to the common routes of the control plane: what may be asked for, decided inside one
 * transaction. Throws {@link CloudError} to refuse.
 */
// oxlint-disable-next-line typescript/no-explicit-any -- bodies are typed by each kind and checked by its schema
export interface Slice<R extends Resource<any, any> = Resource<any, any>> {
  readonly kind: Kind<R>;
  // oxlint-disable-next-line typescript/no-explicit-any
  create?(admission: Admission, input: CreateInput<any>): Promise<R>;
  /**
   * Makes `?dryRun=true` possible: what its answer tells beside the resources that would be created. Asked at the end
   * of the same transaction, which is not committed. Absent: there is no dry run.
   */
  readonly forecast?: { readonly fields: TProperties; make(admission: Admission, resources: readonly R[]): Promise<object> };
  /** The new spec. `name` and `labels` are changed by the caller. */
  // oxlint-disable-next-line typescript/no-explicit-any
  update?(admission: Admission, resource: R, body: any): Promise<R['spec']>;
  /** Asked before a new name is given. Refuses by throwing; absent: any may have one. */
  rename?(admission: Admission, resource: R): Promise<void>;
  /**
   * `record`: nothing of it is in the world, the record goes at once. `world`: it is marked as deleted and
   * goes when its controller or its host has removed what there is. Refuses by throwing. Absent: not deletable.
   */
  delete?(admission: Admission, resource: R): Promise<'record' | 'world'>;
  /** The new spec after a verb that the state allows. */
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly verbs?: Readonly<Record<string, (admission: Admission, resource: R, body: any) => Promise<R['spec']>>>;
  /** What goes out instead of the whole record, where something in it is not for everybody's eyes. */
  view?(resource: R): unknown;
}
