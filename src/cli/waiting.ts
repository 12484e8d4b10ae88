import type { Kind } from '../core/kind.ts';
import { seconds } from '../core/units.ts';
import { capitalised, spoken } from '../core/words.ts';
import { ApiError } from './client.ts';
import { AlreadyTold, CommandError, exitCodes } from './exit-codes.ts';
import type { WireResource } from './kind-cli.ts';
import type { Session } from './session.ts';
import { progressBar } from './status-line.ts';

/** `settled`: as it was asked for. `ready`: can be used. `gone`: nothing is left. Else a state's name. */
export type Goal = string;

/** One question to the cloud lasts this long at most, so that progress is seen. */
const roundMs = 2 * seconds;

/**
 * Follows a resource to `goal` and shows what it waits for. Returns it as it is then, null when it is gone.
 * Throws when the goal cannot be reached any more, or not within `timeoutMs` (0: no limit).
 */
export async function follow(session: Session, kind: Kind, resource: WireResource, goal: Goal, timeoutMs: number): Promise<WireResource | null> {
  const { status } = session;
  const { name } = resource;
  const startedMs = performance.now();
  let current: WireResource | null = resource;
  try {
    while (!isReached(goal, current)) {
      const failure = failureOf(goal, current);
      if (failure !== null) throw failure;
      tell(session, current as WireResource, goal);
      const leftMs = timeoutMs === 0 ? roundMs : startedMs + timeoutMs - performance.now();
      if (leftMs <= 0) throw timedOut(kind, current, goal, timeoutMs);
      current = await nextLook(session, kind, current as WireResource, goal, Math.min(leftMs, roundMs));
    }
    return current;
  } catch (error) {
    if ((error as Error).name !== 'AbortError') throw error;
    session.status.clear();
    session.tellError(`Interrupted. The cloud goes on: stratus ${kind.name} show ${name}\n`);
    throw new AlreadyTold(exitCodes.interrupted.code);
  } finally {
    status.done(name);
  }
}

async function nextLook(session: Session, kind: Kind, resource: WireResource, goal: Goal, ms: number): Promise<WireResource | null> {
  const askedMs = performance.now();
  const known = goal === 'settled' || goal === 'ready' || goal === 'gone';
  const query = known ? { wait: goal, timeoutSeconds: Math.max(1, Math.ceil(ms / seconds)) } : {};
  const next = await session.client
    .request<WireResource | ''>('GET', `/v1/${kind.plural}/${resource.id}`, { query, signal: session.world.interrupted })
    .then((found) => (found === '' ? null : found))
    .catch((error: unknown) => {
      if (error instanceof ApiError && error.status === 404) return null;
      throw error;
    });
  // An answer at once that changes nothing: do not ask in a busy loop.
  if (next?.revision === resource.revision && performance.now() - askedMs < 100) await pause(Math.min(ms, 500), session.world.interrupted);
  return next;
}

function isReached(goal: Goal, resource: WireResource | null): boolean {
  if (resource === null) return goal === 'gone';
  switch (goal) {
    case 'gone':
      return false;
    case 'settled':
      return resource.settled;
    case 'ready':
      return resource.kind === 'instance'
        ? resource.state === 'running' && resource.status.seen?.reachableSince != null
        : resource.settled && resource.state !== 'failed';
    default:
      return resource.state === goal;
  }
}

/** Why waiting any longer is in vain; null while it is not. */
function failureOf(goal: Goal, resource: WireResource | null): Error | null {
  if (resource === null) return new CommandError('refused', 'It was deleted meanwhile.');
  if (goal === 'gone' && resource.deletedAt !== null) return null;
  const waiting = resource.status?.waitingFor ?? null;
  if (isSeen(resource) && resource.state === 'failed') {
    const reason = resource.status.failure?.reason ?? waiting?.reason ?? 'it failed';
    const tail: readonly string[] = resource.status.failure?.consoleTail ?? [];
    const shown = tail.length === 0 ? '' : `\nIts last console lines:\n${tail.map((line) => `    ${line}`).join('\n')}`;
    return new CommandError(
      'refused',
      `${titled(resource.kind)} ${resource.name} failed: ${reason}${shown}`,
      waiting?.next ?? (resource.kind === 'instance' ? `Look at its log: stratus instance log ${resource.name}` : null),
    );
  }
  const needsSomebody = waiting !== null && waiting.deadline === null && (waiting.owner === 'user' || waiting.owner === 'administrator');
  if (isSeen(resource) && needsSomebody)
    return new CommandError('refused', `${titled(resource.kind)} ${resource.name}: ${waiting.reason}`, waiting.next);
  if (goal === 'ready' && resource.kind === 'instance' && resource.settled && resource.state !== 'running') {
    return new CommandError(
      'conflict',
      `Instance ${resource.name} is ${resource.state}: it will not be ready like that`,
      `Start it: stratus start ${resource.name}`,
    );
  }
  return null;
}

function tell(session: Session, resource: WireResource, goal: Goal): void {
  const { progress = null } = resource.status ?? {};
  // What was waited for before the change says nothing of it.
  const waitingFor = isSeen(resource) ? (resource.status?.waitingFor ?? null) : null;
  if (progress !== null) {
    session.status.tell(resource.name, progress.step, progress.percent === null ? '' : progressBar(progress.percent));
    return;
  }
  if (waitingFor === null) {
    const isOnItsWay = resource.state.endsWith('ing') && resource.state !== 'running';
    session.status.tell(resource.name, isOnItsWay ? resource.state : goal === 'ready' ? 'the guest boots' : 'the change is on its way');
    return;
  }
  const left = waitingFor.deadline === null ? null : Math.ceil((Date.parse(waitingFor.deadline) - session.world.now()) / seconds);
  session.status.tell(resource.name, waitingFor.reason, left === null || left < 0 ? '' : `(${left} s left, then ${waitingFor.next})`);
}

function timedOut(kind: Kind, resource: WireResource | null, goal: Goal, timeoutMs: number): CommandError {
  const why = resource?.status?.waitingFor?.reason;
  return new CommandError(
    'timedOut',
    `${titled(kind.name)} ${resource?.name ?? ''} is not ${goal} after ${timeoutMs / seconds} s; it is ${resource?.state ?? 'gone'}${why === undefined ? '' : `: ${why}`}`,
    `The cloud goes on. Look again with: stratus ${kind.name} show ${resource?.name ?? ''}`,
  );
}

const isSeen = ({ status, generation }: WireResource) => status?.observedGeneration === undefined || status.observedGeneration >= generation;
const titled = (kindName: string) => capitalised(spoken(kindName));

export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      clearTimeout(timer);
      reject(Object.assign(new Error('interrupted'), { name: 'AbortError' }));
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', abort);
      resolve();
    }, ms);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
  });
}
