import { randomBytes } from 'node:crypto';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { listMails, retryMail } from '../../src/auth/mail/mail-record.ts';
import { Outbox } from '../../src/auth/mail/outbox.ts';
import { SecretBox } from '../../src/auth/secret-box.ts';
import { SqliteStore } from '../../src/control/store/sqlite-store.ts';
import { nodeClock } from '../../src/drivers/node-clock.ts';
import { SmtpMailer } from '../../src/drivers/smtp/smtp-mailer.ts';
import type { Mail, SmtpSettings } from '../../src/ports/mail.ts';
import { startMailSink, type MailSink, type MailSinkOptions } from './mail-sink.ts';

const user = { name: 'cloud', password: 'mot de passe été' };
const text = `Bonjour,\n\nvoici votre lien : https://cloud.example.org/reset#${'a'.repeat(80)}\n.\n..\nÀ bientôt — l’équipe\n`;
const mail: Mail = {
  to: 'ada@example.org',
  subject: 'Réinitialisation de votre mot de passe sur le nuage du laboratoire',
  text,
  html: '<p>L’équipe</p>',
  id: 'mail-1',
};

let sink: MailSink | null = null;
afterEach(async () => {
  await sink?.close();
  sink = null;
});

async function open(options: MailSinkOptions = {}): Promise<MailSink> {
  sink = await startMailSink(options);
  return sink;
}

function mailer(port: number, { ca, ...settings }: Partial<SmtpSettings> & { ca?: string } = {}): SmtpMailer {
  const all: SmtpSettings = {
    host: '127.0.0.1',
    port,
    security: 'none',
    user: null,
    password: null,
    from: 'Le nuage <cloud@example.org>',
    ...settings,
  };
  return new SmtpMailer(all, ca === undefined ? {} : { ca: [ca] });
}

const complaint = (sending: Promise<void>) =>
  sending.then(
    () => 'sent',
    (error: { retry: string; message: string }) => `${error.retry}: ${error.message}`,
  );

describe('a mail', () => {
  test.each(['tls', 'starttls'] as const)('goes over %s with a log-in and arrives as it was written', async (security) => {
    const { port, ca, mails } = await open({ security, user });
    await mailer(port, { security, user: user.name, password: user.password, ca }).send(mail);
    expect(mails).toMatchObject([
      { to: ['ada@example.org'], from: 'cloud@example.org', subject: mail.subject, text, html: mail.html, isEncrypted: true, user: 'cloud' },
    ]);
    expect(mails[0]?.links).toEqual([`https://cloud.example.org/reset#${'a'.repeat(80)}`]);
    const headers = Object.fromEntries(mails[0]?.headers ?? []);
    expect(headers).toMatchObject({
      from: 'Le nuage <cloud@example.org>',
      to: 'ada@example.org',
      'message-id': '<mail-1@example.org>',
      'auto-submitted': 'auto-generated',
    });
  });

  test('goes to no server whose certificate nobody vouches for, nor to one of another name', async () => {
    const { port, ca, mails } = await open({ security: 'starttls' });
    expect(await complaint(mailer(port, { security: 'starttls' }).send(mail))).toMatch(/^later: .*certificate/);
    expect(mails).toEqual([]);
    await sink?.close();
    const other = await open({ security: 'starttls', address: '127.0.0.2' });
    const named = mailer(other.port, { security: 'starttls', host: '127.0.0.2', ca });
    expect(await complaint(named.send(mail))).toMatch(/^later: .*127\.0\.0\.2 is not in the cert/);
    expect(other.mails).toEqual([]);
  });

  test('is not sent in plain text when STARTTLS was asked for and is not offered', async () => {
    const { port, mails } = await open();
    expect(await complaint(mailer(port, { security: 'starttls' }).send(mail))).toMatch(/^later: .*STARTTLS/i);
    expect(mails).toEqual([]);
  });

  test('waits for another day when the log-in is refused, and the password stands in no message', async () => {
    const { port, ca } = await open({ security: 'starttls', user });
    const said = await complaint(mailer(port, { security: 'starttls', user: 'cloud', password: 'wrong-secret', ca }).send(mail));
    expect(said).toMatch(/^later: A mail to ada@example.org was not sent by 127.0.0.1:\d+: the log-in was refused \(535 /);
    expect(said).not.toContain('wrong-secret');
  });

  test('to a mailbox that is not there is refused for ever, to one that is busy for now', async () => {
    const { port } = await open({
      refuse: (address) => (address.startsWith('ada') ? { code: 550, message: 'no such mailbox' } : { code: 451, message: 'come again' }),
    });
    expect(await complaint(mailer(port).send(mail))).toMatch(/^never: .*the server refused it \(550 no such mailbox\)\.$/);
    expect(await complaint(mailer(port).send({ ...mail, to: 'bob@example.org' }))).toMatch(/^later: .*\(451 come again\)\.$/);
  });
});

test('a mail whose server is down, then refuses, then is back, is delivered once', async () => {
  // A port that is free, and stays so until the server opens it.
  const probe = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => probe.once('listening', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));

  const store = new SqliteStore(':memory:');
  const server = mailer(port);
  const outbox = new Outbox({ store, clock: nodeClock, box: new SecretBox(randomBytes(32)), mailer: () => server });
  const until = async (isSo: () => Promise<boolean>) => {
    while (!(await isSo())) await pause(20);
  };
  const again = async () => {
    for (const { id } of await listMails(store)) await retryMail(store, nodeClock, id);
    outbox.wake();
  };
  outbox.start();
  await store.commit([outbox.put(mail, 'reset-password')]);
  outbox.wake();
  await until(async () => /ECONNREFUSED/.test((await listMails(store))[0]?.problem ?? ''));

  await open({ port, refuse: () => ({ code: 451, message: 'come again' }) });
  await again();
  await until(async () => /come again/.test((await listMails(store))[0]?.problem ?? ''));
  await sink?.close();

  const { mails } = await open({ port });
  await again();
  await until(async () => (await listMails(store)).length === 0);
  outbox.wake();
  await pause(50);
  await outbox.stop();
  expect(mails).toHaveLength(1);
  expect(mails[0]?.text).toBe(text);
});
