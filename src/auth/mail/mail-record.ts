import { CommitConflict, type Change, type Store } from '../../control/store/store.ts';
import { CloudError } from '../../core/errors.ts';
import type { Resource } from '../../core/resource.ts';
import { days } from '../../core/units.ts';
import { isoTime, type Clock } from '../../ports/clock.ts';
import { all, put, remove } from '../records.ts';

export const mailKind = 'mail';

export interface MailSpec {
  readonly to: string;
  /** Which of the cloud's mails it is, such as `reset-password`. */
  readonly about: string;
  /** Subject, text and HTML, which may hold a link that lets somebody in. */
  readonly sealed: string;
  /** When what it says is over; it is not sent any more then. null: never. */
  readonly expiresAt: string | null;
  /** `failed`: it stays to be seen until it is tried again or forgotten. What was sent has no record any more. */
  readonly state: 'waiting' | 'failed';
  /** Begun, also those whose end a crash has hidden. */
  readonly tries: number;
  /** Not before; of a failed one, when it would have been. */
  readonly nextTryAt: string;
  /** Why the last try failed, in plain words; null before there was one. */
  readonly problem: string | null;
}
export type MailRecord = Resource<MailSpec>;

export const mailIndexed = ({ spec }: MailRecord) => ({ keys: [], indexes: { state: spec.state } });

/** What administrators see of a mail: not what is in it. */
export interface MailView extends Omit<MailSpec, 'sealed'> {
  readonly id: string;
  readonly createdAt: string;
}

/** Those that wait and those that failed, oldest first. */
export async function listMails(store: Store): Promise<MailView[]> {
  const mails: MailView[] = [];
  for await (const record of all(store, mailKind)) {
    const { sealed: _, ...spec } = (record as MailRecord).spec;
    mails.push({ id: record.id, createdAt: record.createdAt, ...spec });
  }
  return mails;
}

/** As new: all of its tries are before it again. Throws NOT_FOUND. */
export async function retryMail(store: Store, clock: Clock, id: string): Promise<void> {
  await changeMail(store, id, (mail) => changedMail(clock, mail, { state: 'waiting', tries: 0, nextTryAt: isoTime(clock.now()) }));
}

/** It will not be sent. Throws NOT_FOUND. */
export async function dropMail(store: Store, id: string): Promise<void> {
  await changeMail(store, id, remove);
}

export function changedMail(clock: Clock, mail: MailRecord, to: Partial<MailSpec>): Change {
  const changed: MailRecord = { ...mail, updatedAt: isoTime(clock.now()), spec: { ...mail.spec, ...to } };
  return put(changed, mailIndexed(changed));
}

/** For the sweep. */
export function isMailForgotten(mail: MailRecord, clock: Clock): boolean {
  return mail.spec.state === 'failed' && clock.now() - Date.parse(mail.updatedAt) > 30 * days;
}

async function changeMail(store: Store, id: string, change: (mail: MailRecord) => Change): Promise<void> {
  for (;;) {
    const mail = (await store.get(mailKind, id)) as MailRecord | null;
    if (mail === null) throw new CloudError('NOT_FOUND', { kind: mailKind, ref: id, place: '' });
    try {
      await store.commit([change(mail)]);
      return;
    } catch (error) {
      if (!(error instanceof CommitConflict)) throw error;
    }
  }
}
