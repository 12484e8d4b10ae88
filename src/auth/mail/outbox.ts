import type { Feed } from '../../control/feed.ts';
import { CommitConflict, type Change, type Store } from '../../control/store/store.ts';
import { DriverError } from '../../core/driver-error.ts';
import { isMailAddress } from '../../core/mail-address.ts';
import { hasControlCharacters } from '../../core/schema.ts';
import { hours, minutes, seconds } from '../../core/units.ts';
import { isoTime, sleep, type Clock } from '../../ports/clock.ts';
import type { Mail, Mailer } from '../../ports/mail.ts';
import { all, newRecord, put, remove } from '../records.ts';
import type { SecretBox } from '../secret-box.ts';
import { changedMail, mailIndexed, mailKind, type MailRecord, type MailSpec } from './mail-record.ts';

/** About a day, as the pauses grow. */
export const mailTriesMax = 16;
const firstPauseMs = 15 * seconds;
const pauseMsMax = 4 * hours;
const atOnce = 4;
/** However quiet it is: a wake that was missed costs no more than this. */
const lookAgainMs = 1 * minutes;
const stopWithinMs = 2 * seconds;

export interface OutboxDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly box: SecretBox;
  /** null: no server is set, all mails wait. Asked anew for each mail. */
  mailer(): Mailer | null;
  /** Tells of new mails; without it {@link Outbox.wake} does. */
  readonly feed?: Pick<Feed, 'subscribe'>;
  onError?(error: unknown): void;
}

/**
 * Sends mails that stand in the store: a request commits its mail together with what it is about and waits for no server,
 * and what was committed is sent whatever crashes. At least once: whoever is cut off between the server's yes and the end of
 * the record sends it again, under the same message id.
 */
export class Outbox {
  readonly #deps: OutboxDeps;
  #abort: AbortController | null = null;
  #running: Promise<void> = Promise.resolve();
  #isAwake = false;
  #rouse = () => {};

  constructor(deps: OutboxDeps) {
    this.#deps = deps;
  }

  /** Put it into the commit of what the mail is about. `expiresAt`: when it is not worth sending any more. Throws for a mail that no server may get. */
  put(mail: Mail, about: string, expiresAt: string | null = null): Change {
    if (!isMailAddress(mail.to) || hasControlCharacters(mail.subject)) throw new Error(`a mail about ${about} has no proper receiver or subject`);
    const { clock, box } = this.#deps;
    const { to, subject, text, html } = mail;
    const sealed = box.seal(JSON.stringify({ subject, text, html }));
    const spec: MailSpec = { to, about, sealed, expiresAt, state: 'waiting', tries: 0, nextTryAt: isoTime(clock.now()), problem: null };
    const record: MailRecord = newRecord(clock, mailKind, 'mail', '', 'system', spec);
    return put(record, mailIndexed(record));
  }

  start(): void {
    if (this.#abort !== null) return;
    const abort = new AbortController();
    this.#abort = abort;
    const leave = this.#deps.feed?.subscribe(({ kind, resource }) => {
      if (kind === mailKind && (resource as MailRecord | null)?.spec.tries === 0) this.wake();
    });
    this.#running = this.#run(abort.signal).finally(leave);
  }

  /** Resolves when nothing is being sent any more, or soon: a server that keeps silent holds nobody up, and its mail stays to be sent. */
  async stop(): Promise<void> {
    this.#abort?.abort();
    this.#abort = null;
    this.wake();
    await Promise.race([this.#running, sleep(this.#deps.clock, stopWithinMs)]);
  }

  /** There may be something to do: a mail was committed, a server was set. */
  wake(): void {
    this.#isAwake = true;
    this.#rouse();
  }

  async #run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      this.#isAwake = false;
      let waitMs = lookAgainMs;
      try {
        waitMs = (await this.#sendDue(signal)) - this.#deps.clock.now();
      } catch (error) {
        this.#deps.onError?.(error);
      }
      await this.#rest(Math.min(Math.max(waitMs, 1 * seconds), lookAgainMs));
    }
  }

  #rest(ms: number): Promise<void> {
    if (this.#isAwake) return Promise.resolve();
    return new Promise((resolve) => {
      const cancel = this.#deps.clock.after(ms, resolve);
      this.#rouse = () => {
        cancel();
        resolve();
      };
    });
  }

  /** When the next one is due, ms since 1970; Infinity: none waits. */
  async #sendDue(signal: AbortSignal): Promise<number> {
    const { store, clock } = this.#deps;
    const due: MailRecord[] = [];
    let nextMs = Infinity;
    for await (const record of all(store, mailKind, { name: 'state', value: 'waiting' })) {
      const mail = record as MailRecord;
      const atMs = Date.parse(mail.spec.nextTryAt);
      if (atMs <= clock.now()) due.push(mail);
      else nextMs = Math.min(nextMs, atMs);
    }
    const worker = async () => {
      for (let mail = due.shift(); mail !== undefined && !signal.aborted; mail = due.shift()) {
        const againMs = await this.#try(mail);
        nextMs = Math.min(nextMs, againMs);
      }
    };
    await Promise.all(Array.from({ length: atOnce }, worker));
    return nextMs;
  }

  /** When it is due again, ms since 1970; Infinity: never, or only for who wakes us. */
  async #try(waiting: MailRecord): Promise<number> {
    const { clock } = this.#deps;
    const { expiresAt } = waiting.spec;
    if (expiresAt !== null && Date.parse(expiresAt) <= clock.now()) {
      await this.#commit(changedMail(clock, waiting, { state: 'failed', problem: 'It could not be sent before what it says was over.' }));
      return Infinity;
    }
    const server = this.#deps.mailer();
    if (server === null) return Infinity;
    // Taken first, with the next try already set: a second sender lets it be, and a crash only delays it.
    const tries = waiting.spec.tries + 1;
    const nextTryMs = clock.now() + pauseMs(clock, tries);
    const claim = { tries, nextTryAt: isoTime(nextTryMs) };
    const revision = await this.#commit(changedMail(clock, waiting, claim));
    if (revision === null) return Infinity;
    const mail: MailRecord = { ...waiting, revision, spec: { ...waiting.spec, ...claim } };
    try {
      await server.send({ to: mail.spec.to, id: mail.id, ...this.#open(mail) });
    } catch (error) {
      const isOver = tries >= mailTriesMax || (error instanceof DriverError && error.retry === 'never');
      const problem = error instanceof DriverError ? error.message : 'The cloud itself failed.';
      if (!(error instanceof DriverError)) this.#deps.onError?.(error);
      await this.#commit(changedMail(clock, mail, { problem, ...(isOver ? { state: 'failed' } : {}) }));
      return isOver ? Infinity : nextTryMs;
    }
    await this.#commit(remove(mail));
    return Infinity;
  }

  #open({ spec }: MailRecord): Pick<Mail, 'subject' | 'text' | 'html'> {
    try {
      return JSON.parse(this.#deps.box.open(spec.sealed)) as Pick<Mail, 'subject' | 'text' | 'html'>;
    } catch (cause) {
      throw new DriverError('A mail cannot be read any more: the key of this cloud is another one.', { retry: 'never', cause });
    }
  }

  /** null: somebody else has changed it. */
  async #commit(change: Change): Promise<number | null> {
    try {
      return await this.#deps.store.commit([change]);
    } catch (error) {
      if (error instanceof CommitConflict) return null;
      throw error;
    }
  }
}

/** Twice as long each time; a little different for each mail, so that a hundred do not come back at once. */
function pauseMs(clock: Clock, tries: number): number {
  return Math.min(pauseMsMax, firstPauseMs * 2 ** (tries - 1)) * (0.9 + 0.2 * clock.random());
}
