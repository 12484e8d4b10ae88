import { agentCertificateEndMs, agentCertificateKind, type AgentCertificate } from '../auth/agent-certificate.ts';
import { isJoinTokenOver, joinTokenKind, type JoinToken } from '../auth/join-token.ts';
import { isOver, sessionKind, type Session } from '../auth/session.ts';
import { ignoreConflict } from '../auth/session.ts';
import { all, remove } from '../auth/records.ts';
import type { Store } from '../control/store/store.ts';
import type { Resource } from '../core/resource.ts';
import { days, hours } from '../core/units.ts';
import type { Clock } from '../ports/clock.ts';
import { idempotencyKind, isForgotten } from './idempotency.ts';

const sweepEveryMs = 1 * hours;

/** Takes away sessions, tokens and certificates that are over and answers that nobody can ask for again. Returns how many. */
export async function sweep(store: Store, clock: Clock): Promise<number> {
  let swept = 0;
  const isDone: Readonly<Record<string, (record: Resource) => boolean>> = {
    [sessionKind]: (record) => isOver(record as Session, clock),
    [idempotencyKind]: (record) => isForgotten(record, clock),
    [joinTokenKind]: (record) => isJoinTokenOver(record as JoinToken, clock),
    // A host that comes back late is told that it is late.
    [agentCertificateKind]: (record) => agentCertificateEndMs(record as AgentCertificate) + 90 * days < clock.now(),
  };
  for (const [kind, isOverNow] of Object.entries(isDone)) {
    for await (const record of all(store, kind)) {
      if (!isOverNow(record)) continue;
      await store.commit([remove(record)]).catch(ignoreConflict);
      swept++;
    }
  }
  return swept;
}

/** Now and then, until the returned function is called. */
export function sweepRegularly(store: Store, clock: Clock, onError: (error: unknown) => void): () => void {
  let cancel = () => {};
  const run = () => {
    sweep(store, clock).catch(onError);
    cancel = clock.after(sweepEveryMs, run);
  };
  cancel = clock.after(sweepEveryMs, run);
  return () => cancel();
}
