import { CloudError } from '../core/errors.ts';
import { isId, looksLikeId } from '../core/ids.ts';
import { refusal, type Kind } from '../core/kind.ts';
import type { Resource } from '../core/resource.ts';
import { sameValue } from '../core/same-value.ts';
import { isoTime } from '../ports/clock.ts';
import { admit, tryOut, type Admission, type AdmissionDeps, type Caller } from './admission.ts';
import { nameKey } from './registry.ts';
import type { CreateInput, Slice } from './slice.ts';

/** A resource by id, or by name within its project (or the cloud). Throws NOT_FOUND. */
export async function find(deps: AdmissionDeps, slice: Slice, ref: string, project: string | null): Promise<Resource> {
  const { kind } = slice;
  const found = isId(kind.prefix, ref)
    ? await deps.store.get(kind.name, ref)
    : await deps.store.getByKey(kind.name, nameKey(kind.scope === 'project' ? project : null, ref));
  if (found === null)
    throw new CloudError('NOT_FOUND', { kind: kind.name, ref, place: kind.scope === 'project' && project !== null ? ' in this project' : '' });
  return found;
}

/** Makes a request count once, however often it is sent: its answer is kept in the same commit. */
export interface Once {
  /** What the first one brought about; null: this is the first. Called before anything is decided. */
  recall(admission: Admission): Promise<readonly Resource[] | null>;
  remember(admission: Admission, answer: readonly Resource[]): void;
}

export interface Answer {
  readonly resources: readonly Resource[];
  /** An earlier request brought this about; the resources are as they were then. */
  readonly isRepeat: boolean;
}

/** All of them or none, in one transaction. */
export async function createResources(
  deps: AdmissionDeps,
  slice: Slice,
  caller: Caller,
  inputs: readonly CreateInput<unknown>[],
  once: Once | null = null,
): Promise<Answer> {
  return answer(deps, caller, once, (admission) => createAll(admission, slice, inputs));
}

/** What {@link createResources} would bring about now, and what the slice foretells of it; nothing is changed. */
export async function tryCreation(
  deps: AdmissionDeps,
  slice: Slice,
  caller: Caller,
  inputs: readonly CreateInput<unknown>[],
): Promise<{ resources: readonly Resource[]; forecast: object }> {
  return tryOut(deps, caller, async (admission) => {
    const resources = await createAll(admission, slice, inputs);
    return { resources, forecast: (await slice.forecast?.make(admission, resources)) ?? {} };
  });
}

async function createAll(admission: Admission, slice: Slice, inputs: readonly CreateInput<unknown>[]): Promise<Resource[]> {
  const { kind } = slice;
  if (slice.create === undefined) throw new CloudError('FORBIDDEN', { verb: 'create', what: `a ${kind.name}: the cloud itself does` });
  const created: Resource[] = [];
  for (const input of inputs) {
    checkName(input.name);
    await checkProject(admission, input.project);
    const resource = await slice.create(admission, input);
    admission.event(resource, { type: 'request', message: `${kind.name} ${resource.name} was asked for`, to: kind.state(resource) });
    created.push(resource);
  }
  return created;
}

/** What is made in a project is made only while there is one. */
async function checkProject(admission: Admission, id: string | null): Promise<void> {
  if (id === null) return;
  const project = await admission.get('project', id);
  if (project === null) throw new CloudError('NOT_FOUND', { kind: 'project', ref: id, place: '' });
  admission.leanOn(project);
}

/** What looks like an id is taken for one wherever either may stand: nobody would find it by such a name. */
function checkName(name: string): void {
  if (looksLikeId(name)) throw new CloudError('INPUT_INVALID', { where: 'name', problem: 'it looks like an id' });
}

async function checkNewName(admission: Admission, slice: Slice, resource: Resource, name: string): Promise<void> {
  const { kind } = slice;
  checkName(name);
  if (kind.fixedNames !== undefined) {
    const what = { field: 'The name', kind: kind.name, name: resource.name, reason: kind.fixedNames };
    throw new CloudError('NOT_CHANGEABLE', { ...what, hint: 'Give it a label instead.' });
  }
  await slice.rename?.(admission, resource);
}

function first({ resources }: Answer): Resource {
  const [resource] = resources;
  if (resource === undefined) throw new Error('a request was answered with nothing');
  return resource;
}

async function answer(
  deps: AdmissionDeps,
  caller: Caller,
  once: Once | null,
  decide: (admission: Admission) => Promise<readonly Resource[]>,
): Promise<Answer> {
  const { result, revision } = await admit(deps, caller, async (admission): Promise<Answer> => {
    const before = (await once?.recall(admission)) ?? null;
    if (before !== null) return { resources: before, isRepeat: true };
    const resources = await decide(admission);
    once?.remember(admission, resources);
    return { resources, isRepeat: false };
  });
  return result.isRepeat ? result : { ...result, resources: result.resources.map((resource) => ({ ...resource, revision })) };
}

export interface UpdateInput {
  readonly name?: string | undefined;
  readonly labels?: Readonly<Record<string, string>> | undefined;
  readonly body: Readonly<Record<string, unknown>>;
}

/** `ifRevision`: the ETag that the caller last saw; null when it does not care. */
export async function updateResource(
  deps: AdmissionDeps,
  slice: Slice,
  caller: Caller,
  id: string,
  input: UpdateInput,
  ifRevision: number | null,
): Promise<Resource> {
  const { kind } = slice;
  const { result, revision } = await admit(deps, caller, async (admission) => {
    const resource = await current(admission.get(kind.name, id), slice, id, ifRevision);
    if (input.name !== undefined && input.name !== resource.name) await checkNewName(admission, slice, resource, input.name);
    const spec =
      Object.keys(input.body).length > 0 && slice.update !== undefined ? await slice.update(admission, resource, input.body) : resource.spec;
    const to = { name: input.name ?? resource.name, labels: input.labels ?? resource.labels, spec };
    // What changes nothing makes no new generation: nobody has to look at it again.
    if (sameValue(to, { name: resource.name, labels: resource.labels, spec: resource.spec })) {
      admission.authorize('update', resource);
      return { resource, isChanged: false };
    }
    const changed = admission.change(resource, 'update', to);
    const renamed = changed.name === resource.name ? '' : `, and is now named ${changed.name}`;
    const message = `${kind.name} ${resource.name} was changed${renamed}`;
    admission.event(changed, { type: 'request', message, ...moved(kind, resource, changed) });
    return { resource: changed, isChanged: true };
  });
  return result.isChanged ? { ...result.resource, revision } : result.resource;
}

/** Asking twice is as good as once. The answer is the record as it is then; null when it is gone already. */
export async function deleteResource(
  deps: AdmissionDeps,
  slice: Slice,
  caller: Caller,
  id: string,
  ifRevision: number | null,
): Promise<Resource | null> {
  const { kind } = slice;
  if (slice.delete === undefined) throw new CloudError('FORBIDDEN', { verb: 'delete', what: `a ${kind.name}` });
  const decide = slice.delete.bind(slice);
  const { result, revision } = await admit(deps, caller, async (admission) => {
    const resource = await admission.get(kind.name, id);
    if (resource === null) return null;
    if (resource.deletedAt !== null) return resource;
    checkRevision(slice, resource, ifRevision);
    admission.authorize('delete', resource);
    const how = await decide(admission, resource);
    const changed = how === 'world' ? admission.change(resource, 'delete', { deletedAt: isoTime(deps.clock.now()) }) : null;
    if (changed === null) admission.remove(resource);
    const to = changed === null ? 'deleted' : kind.state(changed);
    admission.event(resource, { type: 'request', message: `${kind.name} ${resource.name} was asked to be deleted`, from: kind.state(resource), to });
    return changed;
  });
  return result === null ? null : { ...result, revision: Math.max(result.revision, revision) };
}

export async function runVerb(
  deps: AdmissionDeps,
  slice: Slice,
  caller: Caller,
  id: string,
  verb: string,
  body: unknown,
  ifRevision: number | null,
): Promise<Resource> {
  return first(await runVerbOnce(deps, slice, caller, id, verb, body, ifRevision, null));
}

export async function runVerbOnce(
  deps: AdmissionDeps,
  slice: Slice,
  caller: Caller,
  id: string,
  verb: string,
  body: unknown,
  ifRevision: number | null,
  once: Once | null,
): Promise<Answer> {
  const { kind } = slice;
  const perform = slice.verbs?.[verb];
  if (perform === undefined) throw new Error(`${kind.name} has no verb ${verb}`);
  return answer(deps, caller, once, async (admission) => {
    const resource = await current(admission.get(kind.name, id), slice, id, ifRevision);
    const state = kind.state(resource);
    const refused = refusal(kind, verb, state);
    if (refused !== null) throw new CloudError('STATE_FORBIDS', { kind: kind.name, name: resource.name, state, verb, ...refused });
    const changed = admission.change(resource, verb, { spec: await perform(admission, resource, body) });
    const message = `${kind.name} ${resource.name}: ${verb} was asked for`;
    admission.event(changed, { type: 'request', message, ...moved(kind, resource, changed) });
    return [changed];
  });
}

/** The change of state, where a request alone brings one about. */
function moved(kind: Kind, before: Resource, after: Resource): { from: string | null; to: string | null } {
  const [from, to] = [kind.state(before), kind.state(after)];
  return from === to ? { from: null, to: null } : { from, to };
}

async function current(reading: Promise<Resource | null>, slice: Slice, id: string, ifRevision: number | null): Promise<Resource> {
  const resource = await reading;
  if (resource === null) throw new CloudError('NOT_FOUND', { kind: slice.kind.name, ref: id, place: '' });
  if (resource.deletedAt !== null) throw new CloudError('BEING_DELETED', { kind: slice.kind.name, name: resource.name });
  checkRevision(slice, resource, ifRevision);
  return resource;
}

function checkRevision(slice: Slice, resource: Resource, ifRevision: number | null): void {
  if (ifRevision !== null && ifRevision !== resource.revision)
    throw new CloudError('CHANGED_MEANWHILE', { kind: slice.kind.name, name: resource.name });
}
