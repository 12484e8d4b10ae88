import { Type, type Static } from 'typebox';
import { Nullable, OneOf } from '../../core/schema.ts';
import type { SmtpSettings } from '../../ports/mail.ts';

const senderForm = '^[^\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029]{3,400}$';

/** {@link SmtpSettings} as administrators give them. */
export const SmtpSettingsSchema = Type.Object({
  host: Type.String({ pattern: '^[A-Za-z0-9]([A-Za-z0-9.:-]{0,251}[A-Za-z0-9])?$', description: 'Name or address of the SMTP server.' }),
  port: Type.Integer({ minimum: 1, maximum: 65_535, default: 587 }),
  security: OneOf(['tls', 'starttls', 'none'] as const, {
    default: 'starttls',
    description: 'tls: from the first byte; starttls: before anything is said; none: only for a server on this machine or a network you trust.',
  }),
  user: Nullable(Type.String({ minLength: 1, maxLength: 200, description: 'Who logs in there; null: nobody has to.' })),
  password: Nullable(Type.String({ minLength: 1, maxLength: 1_000, writeOnly: true, description: 'Kept encrypted, never shown again.' })),
  from: Type.String({ pattern: senderForm, maxLength: 400, description: 'Sender: an address, or `Name <address>`.' }),
});

// The port's type and this schema are one and the same.
export type CheckedSmtpSettings = Static<typeof SmtpSettingsSchema> extends SmtpSettings ? SmtpSettings : never;
