import { describe, expect, test } from 'vitest';
import { isMailAddress } from '../../core/mail-address.ts';
import { days, hours, minutes } from '../../core/units.ts';
import type { Mail } from '../../ports/mail.ts';
import * as account from './account-mails.ts';
import { mailOf, type Addressed, type MailLanguage } from './letter.ts';
import * as project from './project-mails.ts';
import * as registration from './registration-mails.ts';
import { spokenDuration, spokenMoment } from './spoken-time.ts';

const to: Addressed = { to: 'ada@example.org', user: 'ada', cloud: { name: 'Lab Cloud', url: 'https://cloud.example.org' } };
const link = 'https://cloud.example.org/links/GhVq3nRZ0y5o7WfTq1mS8aK2uXcJ4dLpE6bN9vYtHsI';
const at = '2026-11-20T10:05:00.000Z';

/** All of them. */
function mails(language: MailLanguage): Mail[] {
  const person = { user: 'bob', displayName: 'Bob <Builder> & Co', email: 'bob@example.org', message: 'I work with Ada.\nMay I come in?' };
  const quotas = {
    en: [
      { label: 'vCPUs', used: '38', limit: '40' },
      { label: 'memory', used: '120 GiB', limit: '128 GiB' },
    ],
    fr: [
      { label: 'processeurs virtuels', used: '38', limit: '40' },
      { label: 'mémoire', used: '120 Gio', limit: '128 Gio' },
    ],
  };
  return [
    account.confirmEmailMail({ ...to, link, validMs: 1 * days }, language),
    account.passwordResetMail({ ...to, link, validMs: 1 * hours }, language),
    account.passwordResetDoneMail({ ...to, at, address: '192.0.2.7' }, language),
    account.emailChangeConfirmMail({ ...to, to: 'ada@new.example', link, validMs: 1 * days }, language),
    account.emailChangeNoticeMail({ ...to, newEmail: 'ada@new.example', isDone: false }, language),
    account.emailChangeNoticeMail({ ...to, newEmail: 'ada@new.example', isDone: true }, language),
    account.accountLockedMail({ ...to, at, link: 'https://cloud.example.org/forgotten' }, language),
    ...(['passkey-added', 'passkey-removed', 'app-added', 'app-removed', 'recovery-code-used'] as const).map((change) =>
      account.factorChangedMail({ ...to, change, at, address: '2001:db8::7' }, language),
    ),
    registration.registrationWaitingMail({ ...to, to: 'admin@example.org', user: 'admin', link, registration: person }, language),
    registration.registrationWaitingMail(
      { ...to, to: 'admin@example.org', user: 'admin', link, registration: { ...person, message: null } },
      language,
    ),
    registration.registrationApprovedMail({ ...to, link, reason: 'See you on Monday.' }, language),
    registration.registrationApprovedMail({ ...to, link, reason: null }, language),
    registration.registrationRefusedMail({ ...to, reason: 'Please register with the address of your university.' }, language),
    project.invitationMail({ ...to, user: null, link, validMs: 7 * days, inviter: 'bob', project: 'physics', role: 'operator' }, language),
    project.courseWelcomeMail({ ...to, link, project: 'tp-2026', endsAt: at }, language),
    project.leaseEndsMail({ ...to, link, instance: 'solver-3', project: 'physics', endsAt: at, deletedAt: '2026-11-27T10:00:00.000Z' }, language),
    project.quotaNearlyUsedMail({ ...to, link, project: 'physics', quotas: quotas[language] }, language),
  ];
}

const shown = (mail: Mail) => `To: ${mail.to}\nSubject: ${mail.subject}\n\n${mail.text}`;
const rule = `\n${'='.repeat(78)}\n`;

describe('the mails of the cloud', () => {
  test.each(['en', 'fr'] as const)('in %s read as they should', async (language) => {
    const all = mails(language);
    await expect(all.map(shown).join(rule)).toMatchFileSnapshot(`mails.${language}.golden.txt`);
    await expect(all[12]?.html).toMatchFileSnapshot(`mail-html.${language}.golden.txt`);
  });

  test('have lines that every reader shows, and a proper receiver and subject', () => {
    for (const { to, subject, text } of [...mails('en'), ...mails('fr')]) {
      expect(isMailAddress(to)).toBe(true);
      expect(subject).toMatch(/^[^\n]{10,100}$/);
      for (const line of text.split('\n')) if (!line.startsWith('http')) expect(line.length, line).toBeLessThanOrEqual(75);
    }
  });

  test('say the same in HTML, and load nothing from anywhere', () => {
    for (const { html, text } of [...mails('en'), ...mails('fr')]) {
      expect(html).not.toMatch(/<(img|script|style|link|iframe|form)\b|src=|url\(/i);
      const plain = html.replaceAll(/<[^>]+>/g, ' ');
      for (const word of text.match(/\p{L}{4,}/gu) ?? []) expect(plain).toContain(word);
    }
  });

  test('in French have the apostrophes and the spaces of French', () => {
    for (const { subject, text } of mails('fr')) {
      expect(`${subject}\n${text.replaceAll(/^> .*$/gm, '')}`).not.toMatch(/'|[\p{L}»] [;:?!»]|« /u);
      expect(text).not.toMatch(/(?<!\p{L})(tu|ton|ta|tes|toi)(?!\p{L})/iu);
    }
  });
});

describe('what people wrote', () => {
  const nasty = '</p><script>alert(1)</script>"\'&\r\nBcc: eve@example.org\u0007\u202e';

  test('stays text in HTML, a quote in text, and never makes a second line of the subject', () => {
    const { subject, text, html } = registration.registrationWaitingMail(
      { ...to, link, registration: { user: nasty, displayName: nasty, email: nasty, message: nasty } },
      'en',
    );
    expect(html).not.toMatch(/<script|&amp;amp;/);
    expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;');
    expect(text).toContain('\n> Bcc: eve@example.org');
    expect(text.match(/^Bcc/m)).toBeNull();
    for (const part of [subject, text, html]) expect(part).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
    expect(subject).not.toContain('\n');
    expect(subject.length).toBeLessThanOrEqual(200);
  });

  test('is not longer than anybody reads', () => {
    const { text } = registration.registrationRefusedMail({ ...to, reason: 'x'.repeat(100_000) }, 'en');
    expect(text.length).toBeLessThan(3_000);
  });

  test('is no link', () => {
    for (const url of ['javascript:alert(1)', 'https://a b', '//evil.test', 'https://evil.test/"onclick="'])
      expect(() => mailOf(to, 'en', { subject: 'x', paragraphs: [], link: { label: 'x', url } })).toThrow('no web address');
  });
});

test('times are told as people say them', () => {
  expect([1 * minutes, 90 * minutes, 1 * hours, 36 * hours, 7 * days].map((ms) => spokenDuration(ms, 'en'))).toEqual([
    '1 minute',
    '90 minutes',
    '1 hour',
    '36 hours',
    '7 days',
  ]);
  expect([1 * hours, 24 * hours].map((ms) => spokenDuration(ms, 'fr'))).toEqual(['1 heure', '1 jour']);
  expect(spokenMoment(at, 'en')).toBe('20 November 2026 at 10:05 UTC');
  expect(spokenMoment(at, 'fr')).toBe('20 novembre 2026 à 10 h 05 (UTC)');
});
