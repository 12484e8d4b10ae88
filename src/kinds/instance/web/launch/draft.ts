import { namePattern } from '../../../../core/schema.ts';
import { limits } from '../../../../core/limits.ts';
import { leaseChoices, leaseOf, leaseProblem, type LeaseDraft } from '../lease.ts';

/** Everything that the form holds, whether it makes sense or not. */
export interface Draft {
  /** Id of an image. */
  readonly image: string | null;
  readonly name: string;
  /** Name of a type; null: the sensible one. */
  readonly type: string | null;
  /** Id; null: the default one. */
  readonly project: string | null;
  /** Names; null: all of the project. */
  readonly keys: readonly string[] | null;
  readonly userData: string;
  readonly count: number | string;
  /** Id; null: the default one. */
  readonly network: string | null;
  /** Empty: the image's own. */
  readonly diskGib: number | string;
  readonly restartPolicy: 'always' | 'on-failure' | 'never';
  /** null: the image's own. */
  readonly firmware: 'bios' | 'uefi' | 'uefi-secure' | null;
  readonly start: boolean;
  /** `key=value` each. */
  readonly labels: readonly string[];
  readonly description: string;
  readonly lease: LeaseDraft['choice'];
  readonly leaseDays: number | string;
}

export function emptyDraft(name: string): Draft {
  return {
    image: null,
    name,
    type: null,
    project: null,
    keys: null,
    userData: '',
    count: 1,
    network: null,
    diskGib: '',
    restartPolicy: 'on-failure',
    firmware: null,
    start: true,
    labels: [],
    description: '',
    lease: 'longest',
    leaseDays: '',
  };
}

/** What the reader has put together so far, of a kept text; fields that are not what they should be are as in `empty`. */
export function readDraft(text: string | null, empty: Draft): Draft {
  const kept = parsed(text);
  const draft: Record<string, unknown> = { ...empty };
  for (const [field, value] of Object.entries(empty)) if (isSameSort(kept[field], value)) draft[field] = kept[field];
  return draft as unknown as Draft;
}

function parsed(text: string | null): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text ?? '{}');
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/** Only we write it, but another version of us may have. */
function isSameSort(kept: unknown, like: unknown): boolean {
  if (kept === undefined) return false;
  if (Array.isArray(like)) return isListOfTexts(kept);
  if (like === null) return kept === null || typeof kept === 'string' || isListOfTexts(kept);
  if (typeof like === 'number' || like === '') return typeof kept === 'number' || typeof kept === 'string';
  return typeof kept === typeof like;
}

function isListOfTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((each) => typeof each === 'string');
}

/** Names of what is made: with a count above one they are numbered. */
export function namesOf(name: string, count: number): string[] {
  return count <= 1 ? [name] : Array.from({ length: count }, (_, index) => `${name}-${index + 1}`);
}

export type FieldName =
  | 'image'
  | 'name'
  | 'type'
  | 'project'
  | 'keys'
  | 'userData'
  | 'count'
  | 'network'
  | 'diskGib'
  | 'restartPolicy'
  | 'firmware'
  | 'labels'
  | 'description'
  | 'lease';

/** Keys of the launch page's `problems`, with what fills them. */
export type Problems = Partial<Record<FieldName, { readonly key: string; readonly [fill: string]: string | number }>>;

/** What can be seen to be wrong without asking the cloud. `taken`: names of the project's instances. */
export function problemsIn(draft: Draft, taken: ReadonlySet<string>, longestLeaseDays: number | null = null): Problems {
  const problems: Problems = {};
  const count = Number(draft.count);
  const isCount = draft.count !== '' && Number.isInteger(count) && count >= 1 && count <= limits.instancesPerRequestMax;
  if (draft.image === null) problems.image = { key: 'image' };
  if (!isCount) problems.count = { key: 'count', most: limits.instancesPerRequestMax };
  const names = namesOf(draft.name, isCount ? count : 1);
  const used = names.find((name) => taken.has(name));
  if (draft.name === '') problems.name = { key: 'nameEmpty' };
  else if (!new RegExp(namePattern).test(draft.name)) problems.name = { key: 'name' };
  else if ((names.at(-1) ?? '').length > limits.nameLengthMax) problems.name = { key: 'nameLong', most: limits.nameLengthMax };
  else if (used !== undefined) problems.name = { key: 'nameTaken', name: used };
  const disk = Number(draft.diskGib);
  if (draft.diskGib !== '' && !(disk > 0 && disk <= limits.diskGibMax)) problems.diskGib = { key: 'disk', most: limits.diskGibMax };
  if (draft.keys !== null && draft.keys.length > limits.keysPerInstanceMax) problems.keys = { key: 'keys', most: limits.keysPerInstanceMax };
  if (draft.description.length > limits.descriptionLengthMax) problems.description = { key: 'description', most: limits.descriptionLengthMax };
  const lease = leaseProblem(leaseIn(draft), longestLeaseDays);
  if (lease !== null) problems.lease = lease;
  const label = draft.labels.find((each) => !isLabel(each));
  if (label !== undefined) problems.labels = { key: 'label', label };
  else if (draft.labels.length > limits.labelsMax) problems.labels = { key: 'labels', most: limits.labelsMax };
  return problems;
}

/** Kept by another version of us, it may be anything. */
export function leaseIn({ lease, leaseDays }: Draft): LeaseDraft {
  return { choice: leaseChoices.includes(lease) ? lease : 'longest', days: leaseDays };
}

function isLabel(text: string): boolean {
  const { key, value } = splitLabel(text);
  return /^[A-Za-z0-9][A-Za-z0-9_./-]{0,62}$/.test(key) && value.length <= limits.labelValueLengthMax;
}

function splitLabel(text: string): { key: string; value: string } {
  const at = text.indexOf('=');
  return at < 0 ? { key: text, value: '' } : { key: text.slice(0, at), value: text.slice(at + 1) };
}

export interface LaunchRequest {
  readonly path: '/v1/instances' | '/v1/instances/batch';
  readonly project: string | undefined;
  readonly body: Readonly<Record<string, unknown>>;
}

/** What is sent. `type` and `keys` as they were chosen, by the reader or by us. */
export function requestOf(draft: Draft, { type, keys }: { type: string | null; keys: readonly string[] }): LaunchRequest {
  const count = Number(draft.count);
  const lease = leaseOf(leaseIn(draft));
  const labels = Object.fromEntries(draft.labels.map(splitLabel).map(({ key, value }) => [key, value]));
  return {
    path: count > 1 ? '/v1/instances/batch' : '/v1/instances',
    project: draft.project ?? undefined,
    body: {
      name: draft.name,
      ...(count > 1 ? { count } : {}),
      image: draft.image,
      ...(type === null ? {} : { type }),
      keys,
      ...(draft.labels.length === 0 ? {} : { labels }),
      ...(draft.userData.trim() === '' ? {} : { userData: draft.userData }),
      ...(draft.network === null ? {} : { network: draft.network }),
      ...(draft.diskGib === '' ? {} : { diskGib: Number(draft.diskGib) }),
      restartPolicy: draft.restartPolicy,
      ...(draft.firmware === null ? {} : { firmware: draft.firmware }),
      ...(draft.description === '' ? {} : { description: draft.description }),
      ...(lease === undefined ? {} : { lease }),
      start: draft.start,
    },
  };
}
