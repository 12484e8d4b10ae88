import { describe, expect, test } from 'vitest';
import type { Mail, SmtpSettings } from '../../ports/mail.ts';
import { readSender } from './sender.ts';
import { isPermanent, plainWords } from './smtp-error.ts';
import { SmtpMailer } from './smtp-mailer.ts';

// Port 1 of loopback: nothing listens there, and nothing of these tests comes that far.
const settings: SmtpSettings = { host: '127.0.0.1', port: 1, security: 'none', user: null, password: null, from: 'cloud@example.org' };
const mail: Mail = { to: 'ada@example.org', subject: 'Hello', text: 'Hello', html: '<p>Hello' };
const refused = (change: Partial<Mail>) =>
  new SmtpMailer(settings).send({ ...mail, ...change }).then(
    () => 'sent',
    (error: { message: string; retry: string }) => `${error.retry}: ${error.message}`,
  );

describe('a mail that would say more than it should', () => {
  const lineEnds = ['\n', '\r', '\r\n', '\u0000', '\u0085', '\u2028'];

  test('to somebody else is refused before anything is sent', async () => {
    const receivers = [
      ...lineEnds.map((end) => `ada@example.org${end}Bcc: eve@example.org`),
      'ada@example.org, eve@example.org',
      'Ada <ada@example.org>',
      'a@b> RCPT TO:<c@d',
      '',
    ];
    for (const to of receivers) expect(await refused({ to })).toBe('never: A mail was not sent: the receiver of the mail is not a mail address.');
  });

  test('with another header in its subject is refused', async () => {
    for (const end of lineEnds) expect(await refused({ subject: `Hello${end}Bcc: eve@example.org` })).toMatch(/^never: .*not one line/);
    expect(await refused({ subject: ' ' })).toMatch(/^never/);
    expect(await refused({ subject: 'x'.repeat(201) })).toMatch(/^never/);
  });

  test('with another header in its id is refused', async () => {
    expect(await refused({ id: 'a>\r\nBcc: eve@example.org' })).toMatch(/^never/);
  });

  test('of endless length is refused', async () => {
    expect(await refused({ text: 'x'.repeat(2 * 1024 * 1024) })).toMatch(/^never: .*too large/);
  });

  test('from somebody else is refused with the settings', () => {
    for (const end of lineEnds)
      expect(() => new SmtpMailer({ ...settings, from: `Cloud${end}Bcc: x <cloud@example.org>` })).toThrow('the sender of mails');
  });
});

test('a server that is not there is told in plain words, and the mail may be tried again', async () => {
  expect(await refused({})).toMatch(/^later: A mail to ada@example.org was not sent by 127.0.0.1:1: .*ECONNREFUSED/);
});

test('a password goes in plain text to no other machine', () => {
  const open = { ...settings, user: 'cloud', password: 'secret' };
  expect(() => new SmtpMailer({ ...open, host: 'smtp.example.org' })).toThrow('in plain text');
  expect(() => new SmtpMailer({ ...open, host: '127.0.0.1.example.org' })).toThrow('in plain text');
  expect(new SmtpMailer(open)).toBeInstanceOf(SmtpMailer);
});

test('a sender is an address, with or without a name', () => {
  expect(readSender('cloud@example.org')).toEqual({ name: '', address: 'cloud@example.org' });
  expect(readSender('Le nuage du labo <cloud@example.org>')).toEqual({ name: 'Le nuage du labo', address: 'cloud@example.org' });
  for (const wrong of ['', 'Cloud', '<cloud@example.org>', 'a, b <cloud@example.org>', 'a <b@c> <d@e>', '"x" <a@b>'])
    expect(readSender(wrong), wrong).toBeNull();
});

test('what is wrong with the mail is for ever, what is wrong with the settings or the server is not', () => {
  expect(isPermanent({ code: 'EENVELOPE', command: 'RCPT TO', responseCode: 550 })).toBe(true);
  expect(isPermanent({ code: 'EMESSAGE', command: 'DATA', responseCode: 554 })).toBe(true);
  expect(isPermanent({ code: 'EENVELOPE', command: 'RCPT TO', responseCode: 450 })).toBe(false);
  expect(isPermanent({ code: 'EENVELOPE', command: 'MAIL FROM', responseCode: 550 })).toBe(false);
  expect(isPermanent({ code: 'EAUTH', command: 'AUTH PLAIN', responseCode: 535 })).toBe(false);
  expect(isPermanent({ code: 'ETIMEDOUT' })).toBe(false);
  expect(plainWords({ code: 'EENVELOPE', response: '550 no\r\nsuch mailbox.' })).toBe('the server refused it (550 no such mailbox)');
  expect(plainWords({ code: 'ETIMEDOUT', message: 'x' })).toBe('it did not answer in time');
});
