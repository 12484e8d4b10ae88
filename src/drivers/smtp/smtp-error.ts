/** What nodemailer throws. */
interface SmtpError {
  readonly code?: string;
  /** The step at which the server refused, such as `RCPT TO`. */
  readonly command?: string;
  readonly responseCode?: number;
  readonly response?: string;
  readonly message?: string;
}

/** The server will not take this mail, however often it is tried: no such mailbox, not wanted. */
export function isPermanent(error: unknown): boolean {
  const { code, responseCode = 0, command } = error as SmtpError;
  // What concerns the log-in, the sender or the connection is the settings', not the mail's: an administrator can mend it.
  const isAboutMail = command === 'RCPT TO' || command === 'DATA';
  return code !== 'EAUTH' && isAboutMail && responseCode >= 500 && responseCode < 600;
}

/** Why, for people: what the server answered, or what became of the connection. */
export function plainWords(error: unknown): string {
  const { code = '', response, message = 'no reason was given' } = error as SmtpError;
  if (code === 'ETLS' && response !== undefined) return `it offers no encryption by STARTTLS (${oneLine(response)})`;
  if (response !== undefined) return `${code === 'EAUTH' ? 'the log-in was refused' : 'the server refused it'} (${oneLine(response)})`;
  if (code === 'EDNS') return 'its name is not known';
  if (code === 'ETIMEDOUT' || code === 'ETIMEOUT') return 'it did not answer in time';
  return oneLine(message);
}

function oneLine(text: string): string {
  return text
    .replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ')
    .trim()
    .replace(/\.$/, '')
    .slice(0, 200);
}
