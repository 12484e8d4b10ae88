/** A mail of the cloud to one person. */
export interface Mail {
  /** An address alone, without a name ({@link isMailAddress} in core). */
  readonly to: string;
  /** One line. */
  readonly subject: string;
  readonly text: string;
  /** A whole document that loads nothing from anywhere. */
  readonly html: string;
  /** The same for every try to send one mail, so that who receives it twice can tell; null: does not matter. */
  readonly id?: string | null;
}

export interface Mailer {
  /**
   * Resolves when the server has taken it over. Throws DriverError: `never` when this mail will not be taken however
   * often it is tried (no such mailbox), `later` for everything that may pass or that an administrator can mend.
   */
  send(mail: Mail): Promise<void>;
}

/** The server that takes the cloud's mails. */
export interface SmtpSettings {
  readonly host: string;
  /** Mostly 587 with `starttls`, 465 with `tls`. */
  readonly port: number;
  /** `starttls`: begins in plain text, and goes no further without TLS. `none`: never encrypted. */
  readonly security: 'tls' | 'starttls' | 'none';
  /** null: without a log-in. */
  readonly user: string | null;
  readonly password: string | null;
  /** `address` or `Name <address>`. */
  readonly from: string;
}
