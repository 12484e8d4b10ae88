import type { Command } from 'commander';
import type { Kind } from '../core/kind.ts';
import type { Resource } from '../core/resource.ts';
import type { Session } from './session.ts';

/** A resource as the API gives it. */
// oxlint-disable-next-line typescript/no-explicit-any -- each kind knows its own spec and status
export interface WireResource extends Resource<any, any> {
  readonly state: string;
  readonly settled: boolean;
  readonly verbs?: Readonly<Record<string, { readonly allowed: string; readonly hint: string } | null>>;
}

/** Runs a command's work: options are commander's, `session` speaks to the cloud that they choose. */
// oxlint-disable-next-line typescript/no-explicit-any -- options as commander parsed them
export type Run = (work: (session: Session, options: any, ...args: any[]) => Promise<void>) => (...args: any[]) => Promise<void>;

/** What a kind's terminal side has beyond what follows from its model. */
export interface KindCli {
  readonly kind: Kind;
  /** How long its commands wait unless told otherwise, seconds. */
  readonly waitSeconds?: number;
  /** Options of create that stand for fields of its body, in place of the generated ones. */
  readonly create?: {
    readonly replaces: readonly string[];
    options(command: Command): Command;
    // oxlint-disable-next-line typescript/no-explicit-any
    body(session: Session, options: any): Promise<Record<string, unknown>>;
  };
  /** Lines on top of `show`: what its owner wants to know first. */
  summary?(resource: WireResource, session: Session): readonly (readonly [string, string])[];
  /** Labels of fields in `show`, by dotted path, where the field's own name says too little; null: of no use to people. */
  readonly details?: Readonly<Record<string, string | null>>;
  /** Verbs that the commands below say in words of their own. */
  readonly ownVerbs?: readonly string[];
  /** Further sub-commands of `stratus <kind>`. */
  commands?(group: Command, run: Run): void;
}
