import { agentCertificateEndMs, agentCertificateKind, type AgentCertificate } from '../auth/agent-certificate.ts';
import { isJoinTokenOver, joinTokenKind, type JoinToken } from '../auth/join-token.ts';
import { isRegistrationForgotten, registrationKind, type Registration } from '../auth/flows/registrations.ts';
import { isMailForgotten, mailKind, type MailRecord } from '../auth/mail/mail-record.ts';
import { isLinkOver, oneTimeLinkKind, type OneTimeLink } from '../auth/one-time-link.ts';
import { all, remove } from '../auth/records.ts';
import { ignoreConflict, isOver, sessionKind, type Session } from '../auth/session.ts';
import { isTotpForgotten, totpKind, type Totp } from '../auth/totp.ts';
import type { Store } from '../control/store/store.ts';
import type { Resource } from '../core/resource.ts';
import { days, hours } from '../core/units.ts';
import type { Clock } from '../ports/clock.ts';
import { idempotencyKind, isForgotten } from './idempotency.ts';

const sweepEveryMs = 1 * hours;

/** When a record is of no use to anybody any more, by its kind. */
const isDone: Readonly<Record<string, (record: Resource, clock: Clock) => boolean>> = {
  [sessionKind]: (record, clock) => isOver(record as Session, clock),
  [idempotencyKind]: isForgotten,
  [oneTimeLinkKind]: (record, clock) => isLinkOver(record as OneTimeLink, clock),
  [mailKind]: (record, clock) => isMailForgotten(record as MailRecord, clock),
  [totpKind]: (record, clock) => isTotpForgotten(record as Totp, clock),
  [joinTokenKind]: (record, clock) => isJoinTokenOver(record as JoinToken, clock),
  // A host that comes back late is told that it is late.
  [agentCertificateKind]: (record, clock) => agentCertificateEndMs(record as AgentCertificate) + 90 * days < clock.now(),
  [registrationKind]: (record, clock) => isRegistrationForgotten(record as Registration, clock),
};

/** Takes away sessions, links and registrations that are over, mails that failed long ago, answers that nobody can ask for again. Returns how many. */
export async function sweep(store: Store, clock: Clock): Promise<number> {
  let swept = 0;
  for (const [kind, isDoneOf] of Object.entries(isDone)) {
    for await (const record of all(store, kind)) {
      if (!isDoneOf(record, clock)) continue;
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
