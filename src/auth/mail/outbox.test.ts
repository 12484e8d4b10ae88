import { randomBytes } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import { Feed } from '../../control/feed.ts';
import { SqliteStore } from '../../control/store/sqlite-store.ts';
import type { Store } from '../../control/store/store.ts';
import { DriverError } from '../../core/driver-error.ts';
import { days, hours, minutes, seconds } from '../../core/units.ts';
import { SimClock } from '../../drivers/sim/sim-clock.ts';
import { isoTime } from '../../ports/clock.ts';
import type { Mail, Mailer } from '../../ports/mail.ts';
import { SecretBox } from '../secret-box.ts';
import { dropMail, isMailForgotten, listMails, mailKind, retryMail, type MailRecord } from './mail-record.ts';
import { mailTriesMax, Outbox } from './outbox.ts';

const box = new SecretBox(randomBytes(32));
const mail: Mail = { to: 'ada@example.org', subject: 'Hello', text: 'https://cloud.example.org/reset#secret', html: '<p>' };

let store: Store;
let clock: SimClock;
let sent: Mail[];
let answer: () => Promise<void>;
let server: Mailer | null;

beforeEach(() => {
  store = new SqliteStore(':memory:');
  clock = new SimClock(1);
  sent = [];
  answer = async () => {};
  server = {
    send: async (mail) => {
      await answer();
      sent.push(mail);
    },
  };
});

function outbox(): Outbox {
  const made = new Outbox({ store, clock, box, mailer: () => server });
  made.start();
  return made;
}

const down = async () => Promise.reject(new DriverError('The server is down.'));

describe('a mail that was committed', () => {
  test('is sent, and nothing of it is left', async () => {
    const box = outbox();
    await store.commit([box.put(mail, 'reset-password')]);
    box.wake();
    await clock.run(1 * seconds);
    expect(sent).toMatchObject([mail]);
    expect(await listMails(store)).toEqual([]);
    await box.stop();
  });

  test('is sent without anybody’s word where the changes of the store are heard', async () => {
    const feed = new Feed(store, clock);
    await feed.start();
    const box_ = new Outbox({ store, clock, box, mailer: () => server, feed });
    box_.start();
    await clock.settle();
    await store.commit([box_.put(mail, 'reset-password')]);
    await clock.run(1 * seconds);
    expect(sent).toHaveLength(1);
    feed.stop();
    await box_.stop();
  });

  test('is sent after a restart', async () => {
    await store.commit([new Outbox({ store, clock, box, mailer: () => server }).put(mail, 'reset-password')]);
    const next = outbox();
    await clock.run(1 * seconds);
    expect(sent).toHaveLength(1);
    await next.stop();
  });

  test('whose sender was cut off before it could say so is sent again, under the same id', async () => {
    const first = outbox();
    // Taken over by the server; the one who asked never hears of it.
    answer = () => new Promise(() => {});
    await store.commit([first.put(mail, 'reset-password')]);
    first.wake();
    await clock.run(1 * seconds);
    answer = async () => {};
    const stopped = first.stop();
    const second = outbox();
    await clock.run(1 * minutes);
    await stopped;
    expect(sent).toMatchObject([{ id: expect.stringMatching(/^mail-/) }]);
    expect(await listMails(store)).toEqual([]);
    await second.stop();
  });

  test('is sent by one of two who look after the same store', async () => {
    const [one, other] = [outbox(), outbox()];
    await store.commit(Array.from({ length: 20 }, () => one.put(mail, 'reset-password')));
    one.wake();
    other.wake();
    await clock.run(1 * minutes);
    expect(sent).toHaveLength(20);
    await Promise.all([one.stop(), other.stop()]);
  });

  test('is in the store in a form that tells nothing of its link', async () => {
    server = null;
    await store.commit([outbox().put(mail, 'reset-password')]);
    expect(JSON.stringify(await store.list({ kind: mailKind, limit: 10 }))).not.toMatch(/secret|cloud\.example/);
    expect(Object.keys((await listMails(store))[0] ?? {})).not.toContain('sealed');
  });
});

describe('a server that is down', () => {
  test('is tried again, more seldom each time, until the mail is sent once', async () => {
    const box = outbox();
    let tries = 0;
    answer = () => (++tries, down());
    await store.commit([box.put(mail, 'reset-password')]);
    box.wake();
    await clock.run(2 * hours);
    expect(tries).toBeGreaterThan(7);
    expect(tries).toBeLessThan(12);
    expect(await listMails(store)).toMatchObject([
      { state: 'waiting', tries, problem: 'The server is down.', to: 'ada@example.org', about: 'reset-password' },
    ]);
    answer = async () => {};
    await clock.run(3 * hours);
    expect(sent).toHaveLength(1);
    await box.stop();
  });

  test('for more than a day makes the mail failed, which stays to be seen; it can be tried again or dropped', async () => {
    const box = outbox();
    answer = down;
    await store.commit([box.put(mail, 'reset-password'), box.put({ ...mail, to: 'bob@example.org' }, 'approved')]);
    await clock.run(2 * days);
    const failed = await listMails(store);
    expect(failed).toMatchObject([
      { state: 'failed', tries: mailTriesMax, problem: 'The server is down.' },
      { state: 'failed', tries: mailTriesMax },
    ]);
    answer = async () => {};
    await clock.run(2 * days);
    expect(sent).toEqual([]);
    await retryMail(store, clock, failed[0]!.id);
    await dropMail(store, failed[1]!.id);
    await expect(dropMail(store, failed[1]!.id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    box.wake();
    await clock.run(1 * seconds);
    expect(sent).toMatchObject([{ to: 'ada@example.org' }]);
    await box.stop();
  });

  test('holds up no mail to others for longer than its own try', async () => {
    const box = outbox();
    answer = () => new Promise((resolve) => void clock.after(10 * seconds, resolve));
    await store.commit(Array.from({ length: 8 }, () => box.put(mail, 'reset-password')));
    box.wake();
    await clock.run(21 * seconds);
    expect(sent).toHaveLength(8);
    await box.stop();
  });
});

test('a mail that the server will never take is failed at once', async () => {
  const box = outbox();
  answer = () => Promise.reject(new DriverError('No such mailbox.', { retry: 'never' }));
  await store.commit([box.put(mail, 'reset-password')]);
  box.wake();
  await clock.run(1 * seconds);
  expect(await listMails(store)).toMatchObject([{ state: 'failed', tries: 1, problem: 'No such mailbox.' }]);
  const [record] = (await store.list({ kind: mailKind, limit: 1 })).items as MailRecord[];
  expect(isMailForgotten(record!, clock)).toBe(false);
  await clock.run(31 * days);
  expect(isMailForgotten(record!, clock)).toBe(true);
  await box.stop();
});

test('without a server mails wait and lose no try; when one is set they go', async () => {
  const box = outbox();
  const working = server;
  server = null;
  await store.commit([box.put(mail, 'reset-password')]);
  await clock.run(3 * days);
  expect(await listMails(store)).toMatchObject([{ state: 'waiting', tries: 0 }]);
  server = working;
  box.wake();
  await clock.run(1 * seconds);
  expect(sent).toHaveLength(1);
  await box.stop();
});

test('what is not worth sending any more is not sent', async () => {
  const box = outbox();
  answer = down;
  await store.commit([box.put(mail, 'reset-password', isoTime(clock.now() + 1 * hours))]);
  await clock.run(1 * hours);
  answer = async () => {};
  await clock.run(3 * hours);
  expect(sent).toEqual([]);
  expect(await listMails(store)).toMatchObject([{ state: 'failed', problem: 'It could not be sent before what it says was over.' }]);
  await box.stop();
});

test('a mail whose receiver or subject is more than one line never comes into the store', () => {
  const box = outbox();
  expect(() => box.put({ ...mail, to: 'ada@example.org\nBcc: eve@example.org' }, 'x')).toThrow('receiver');
  expect(() => box.put({ ...mail, subject: 'a\r\nBcc: eve@example.org' }, 'x')).toThrow('subject');
});
