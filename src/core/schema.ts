import { Type, type TSchema } from 'typebox';
import { limits } from './limits.ts';

/** RFC 1123 label: lower-case letters, digits and hyphens, beginning with a letter, not ending with a hyphen. */
export const namePattern = '^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$';

export const Name = Type.String({
  pattern: namePattern,
  maxLength: limits.nameLengthMax,
  description: 'Lower-case letters, digits and hyphens; begins with a letter; at most 63 characters.',
});

/** Names of what never becomes a host name may also have dots: `m1.small`, `debian-12.8`. */
export const DottedName = Type.String({
  pattern: '^[a-z]([a-z0-9.-]{0,61}[a-z0-9])?$',
  maxLength: limits.nameLengthMax,
  description: 'Lower-case letters, digits, dots and hyphens; begins with a letter; at most 63 characters.',
});

export const Ref = Type.String({ minLength: 1, maxLength: 100, description: 'A name or an id.' });

export const Labels = Type.Record(
  Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9_./-]{0,62}$' }),
  Type.String({ maxLength: limits.labelValueLengthMax }),
  { maxProperties: limits.labelsMax, description: 'Your own key/value tags.' },
);

export const Timestamp = Type.String({ format: 'date-time', description: 'ISO 8601, UTC.' });

export const Nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);

export const OneOf = <T extends string>(values: readonly T[], options: { description?: string; default?: T } = {}) =>
  Type.Unsafe<T>({ type: 'string', enum: [...values], ...options });

export const WaitingSchema = Type.Object({
  code: Type.String(),
  reason: Type.String(),
  owner: OneOf(['cloud', 'host', 'guest', 'user', 'administrator'] as const),
  since: Timestamp,
  deadline: Nullable(Timestamp),
  next: Type.String(),
});

/** The engine's part of every status. */
export const observedFields = {
  observedGeneration: Type.Integer({ minimum: 0, description: 'The generation that the last plan was made for.' }),
  waitingFor: Nullable(WaitingSchema),
};

export const initialObserved = { observedGeneration: 0, waitingFor: null };

/** Characters that would be dangerous or confusing in a line of a terminal or a config file. */
export function hasControlCharacters(text: string): boolean {
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  return /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/.test(text);
}
