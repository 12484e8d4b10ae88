import { createTransport } from 'nodemailer';
import { getCACertificates } from 'node:tls';
import { DriverError } from '../../core/driver-error.ts';
import { isMailAddress } from '../../core/mail-address.ts';
import { hasControlCharacters } from '../../core/schema.ts';
import { seconds } from '../../core/units.ts';
import type { Mail, Mailer, SmtpSettings } from '../../ports/mail.ts';
import { readSender, type Sender } from './sender.ts';
import { isPermanent, plainWords } from './smtp-error.ts';

const mailBytesMax = 1024 * 1024;
const subjectLengthMax = 200;
const timeouts = { dnsTimeout: 10 * seconds, connectionTimeout: 10 * seconds, greetingTimeout: 15 * seconds, socketTimeout: 30 * seconds };

/** Hands mails to an SMTP server, each over a connection of its own. */
export class SmtpMailer implements Mailer {
  readonly #settings: SmtpSettings;
  readonly #sender: Sender;
  readonly #transport: ReturnType<typeof transportOf>;

  /** Throws DriverError for settings with which no mail could be sent safely. `ca`: trusted beside the system's, PEM. */
  constructor(settings: SmtpSettings, { ca = [] }: { ca?: readonly string[] } = {}) {
    const sender = readSender(settings.from);
    if (sender === null) throw refusal('the sender of mails is not an address, nor `Name <address>`');
    if (settings.security === 'none' && settings.user !== null && !isThisMachine(settings.host))
      throw refusal(`the password for ${settings.host} would go over the network in plain text: use TLS or STARTTLS`);
    this.#settings = settings;
    this.#sender = sender;
    this.#transport = transportOf(settings, ca);
  }

  async send({ to, subject, text, html, id = null }: Mail): Promise<void> {
    // Whatever could begin another header or another command is refused before it comes near the library that writes them.
    if (!isMailAddress(to)) throw refusal('the receiver of the mail is not a mail address');
    if (subject.trim() === '' || subject.length > subjectLengthMax || hasControlCharacters(subject))
      throw refusal('the subject of the mail is empty, too long, or not one line');
    if (id !== null && !/^[A-Za-z0-9.-]{1,100}$/.test(id)) throw refusal('the id of the mail is not one');
    if (Buffer.byteLength(text) + Buffer.byteLength(html) > mailBytesMax) throw refusal('the mail is too large');
    const { host, port } = this.#settings;
    const domain = this.#sender.address.split('@')[1];
    try {
      await this.#transport.sendMail({
        // As objects: nothing is taken apart at commas and angle brackets.
        from: this.#sender,
        to: { name: '', address: to },
        subject,
        text,
        html,
        ...(id === null ? {} : { messageId: `<${id}@${domain}>` }),
        // Nobody's "I am on holiday" comes back (RFC 3834).
        headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
        disableFileAccess: true,
        disableUrlAccess: true,
      });
    } catch (cause) {
      throw new DriverError(`A mail to ${to} was not sent by ${host}:${port}: ${plainWords(cause)}.`, {
        retry: isPermanent(cause) ? 'never' : 'later',
        cause,
      });
    }
  }
}

function transportOf({ host, port, security, user, password }: SmtpSettings, ca: readonly string[]) {
  return createTransport({
    host,
    port,
    secure: security === 'tls',
    // With STARTTLS: not a word in plain text, also when somebody on the way takes the offer out.
    requireTLS: security === 'starttls',
    ignoreTLS: security === 'none',
    ...(user === null ? {} : { auth: { user, pass: password ?? '' } }),
    // A lab's own authority counts as soon as the machine trusts it.
    tls: { rejectUnauthorized: true, minVersion: 'TLSv1.2', ca: [...getCACertificates('default'), ...getCACertificates('system'), ...ca] },
    ...timeouts,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
}

function isThisMachine(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host);
}

function refusal(message: string): DriverError {
  return new DriverError(`A mail was not sent: ${message}.`, { retry: 'never' });
}
