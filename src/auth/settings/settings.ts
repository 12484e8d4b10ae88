import type { Caller } from '../../control/admission.ts';
import { auditChange } from '../../control/audit-entry.ts';
import type { Feed } from '../../control/feed.ts';
import { CommitConflict, type Store } from '../../control/store/store.ts';
import { CloudError } from '../../core/errors.ts';
import { recordOf, type Resource } from '../../core/resource.ts';
import { sameValue } from '../../core/same-value.ts';
import { isoTime, type Clock } from '../../ports/clock.ts';
import type { SecretBox } from '../secret-box.ts';
import { checkSettings } from './check.ts';
import { merged } from './merge.ts';
import { settingsSchema, type MethodForm, type SettingsValues } from './schema.ts';
import { isFields, mapSecrets, patchShape, shownShape, withDefaults, type Fields, type Shape } from './shape.ts';

export const settingsKind = 'settings';
const id = 'settings';

export interface SettingsOptions {
  readonly store: Store;
  readonly clock: Clock;
  /** Keeps the secrets in them. */
  readonly box: SecretBox;
  /** Of the outside methods of logging in that this program has. */
  readonly methods?: readonly MethodForm[];
  onError?(what: string, error: unknown): void;
}

interface Kept {
  /** As they were decided; a secret as the box has sealed it. */
  readonly values: Fields;
  /** Of the newest text of conditions there ever was, also while there are none. */
  readonly conditionsVersion: number;
}

/** What administrators decide about the cloud as a whole: one record, always at hand, the same in every process. */
export class Settings {
  readonly schema: Shape;
  readonly patchSchema: Shape;
  readonly shownSchema: Shape;
  readonly #options: SettingsOptions;
  readonly #listeners = new Set<(values: SettingsValues) => void>();
  #record: Resource<Kept>;
  #current: SettingsValues;
  #unsubscribe = () => {};

  constructor(options: SettingsOptions) {
    this.#options = options;
    this.schema = settingsSchema(options.methods ?? []) as Shape;
    this.patchSchema = patchShape(this.schema);
    this.shownSchema = shownShape(this.schema);
    this.#record = emptyRecord(isoTime(options.clock.now()));
    this.#current = this.#opened(this.#record);
  }

  /** Until the end of `feed` they are what the store has. Call it before anybody asks; doing it twice is free. */
  async load(feed: Feed): Promise<void> {
    this.#unsubscribe();
    this.#unsubscribe = feed.subscribe(({ kind, resource }) => {
      if (kind === settingsKind && resource !== null) this.#take(resource as Resource<Kept>);
    });
    this.#take(await this.#read());
  }

  /** As they are now, secrets and all: for who carries them out, not for showing. */
  get current(): SettingsValues {
    return this.#current;
  }

  /** 0 before the first change. */
  get revision(): number {
    return this.#record.revision;
  }

  /** For people: of a secret only whether there is one. */
  get shown(): unknown {
    return mapSecrets(this.schema, this.#current, (secret) => ({ isSet: typeof secret === 'string' }));
  }

  /** Called after each change; returns its end. */
  onChange(listener: (values: SettingsValues) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Any part of them; see {@link merged}. Throws INPUT_INVALID, CHANGED_MEANWHILE, FORBIDDEN. */
  async change(caller: Caller, patch: Fields, ifRevision: number | null = null): Promise<void> {
    const { store, clock, box } = this.#options;
    for (;;) {
      const before = await this.#read();
      if (ifRevision !== null && ifRevision !== before.revision)
        throw new CloudError('CHANGED_MEANWHILE', { kind: settingsKind, name: 'of the cloud' });
      caller.authorize('update', before);
      // Secrets stay sealed: one that this process cannot open is not lost by a change of something else.
      const sealed = mapSecrets(this.schema, patch, (secret, place) => (typeof secret === 'string' ? box.seal(secret, place) : secret));
      const earlier = withDefaults(this.schema, before.spec.values);
      const values = merged(this.schema, earlier, sealed) as Fields;
      const { conditions, conditionsVersion } = numbered(before.spec, earlier as Fields, values);
      const spec: Kept = { values: { ...values, conditions }, conditionsVersion };
      checkSettings(this.schema, spec.values);
      const fields = changedPaths(earlier, spec.values);
      if (fields.length === 0) return;
      const now = isoTime(clock.now());
      const after = { ...before, generation: before.generation + 1, updatedAt: now, spec };
      const { userId, requestId, origin } = caller;
      const subjects = [{ kind: settingsKind, id, name: '', project: null }];
      try {
        const revision = await store.commit([
          { op: 'put', resource: after, expectedRevision: before.revision, indexed: { keys: [], indexes: {} } },
          auditChange(clock, { userId, requestId, origin, action: 'settings.update', subjects, details: { fields: fields.join(', ') } }),
        ]);
        return this.#take({ ...after, revision });
      } catch (error) {
        if (!(error instanceof CommitConflict)) throw error;
      }
    }
  }

  async #read(): Promise<Resource<Kept>> {
    return ((await this.#options.store.get(settingsKind, id)) as Resource<Kept> | null) ?? emptyRecord(isoTime(this.#options.clock.now()));
  }

  #take(record: Resource<Kept>): void {
    // What the feed tells may be older than what was just written here.
    if (record.revision < this.#record.revision) return;
    const isNew = record.revision !== this.#record.revision;
    this.#record = record;
    if (!isNew) return;
    this.#current = this.#opened(record);
    for (const listener of this.#listeners) {
      try {
        listener(this.#current);
      } catch (error) {
        this.#options.onError?.('a change of the settings', error);
      }
    }
  }

  #opened({ spec }: Resource<Kept>): SettingsValues {
    const { box } = this.#options;
    const values = withDefaults(this.schema, spec.values);
    return mapSecrets(this.schema, values, (sealed, place) => {
      if (typeof sealed !== 'string') return null;
      try {
        return box.open(sealed, place);
      } catch (error) {
        this.#options.onError?.(`settings: ${place} cannot be read and counts as not set; put the key file back, or set it again`, error);
        return null;
      }
    }) as SettingsValues;
  }
}

/** Each new text of the conditions has a new number, so that whoever accepted an older one is asked again. */
function numbered(before: Kept, earlier: Fields, after: Fields): { conditions: unknown; conditionsVersion: number } {
  const { conditions } = after;
  if (!isFields(conditions)) return { conditions, conditionsVersion: before.conditionsVersion };
  const old = earlier['conditions'];
  if (isFields(old) && sameValue(old['text'], conditions['text'])) return { conditions: old, conditionsVersion: before.conditionsVersion };
  const version = before.conditionsVersion + 1;
  return { conditions: { ...conditions, version }, conditionsVersion: version };
}

/** Names of what differs, never what it is. */
function changedPaths(before: unknown, after: unknown, where = ''): string[] {
  if (sameValue(before, after)) return [];
  if (!isFields(before) || !isFields(after)) return [where];
  return Object.keys({ ...before, ...after }).flatMap((name) => changedPaths(before[name], after[name], where === '' ? name : `${where}.${name}`));
}

function emptyRecord(now: string): Resource<Kept> {
  return { ...recordOf({ kind: settingsKind, id, at: now, spec: { values: {}, conditionsVersion: 0 } }), generation: 0 };
}
