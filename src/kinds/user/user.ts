import { Type } from 'typebox';
import type { Kind } from '../../core/kind.ts';
import { limits } from '../../core/limits.ts';
import { OwnQuotaSchema, SetQuotaSchema, type OwnQuota } from '../../core/quota.ts';
import type { Resource } from '../../core/resource.ts';
import { cloudRoles, type CloudRole } from '../../core/role.ts';
import { Nullable, OneOf } from '../../core/schema.ts';

export const languages = ['en', 'fr'] as const;
export type Language = (typeof languages)[number];

export interface UserSpec {
  /** As people say it; may be empty. */
  readonly displayName: string;
  /** Confirmed, or given by an administrator or a directory; null: no mail reaches this person. */
  readonly email: string | null;
  readonly role: CloudRole;
  /** May not log in, and nothing that was given out goes on working. */
  readonly isBlocked: boolean;
  /** Of mails. */
  readonly language: Language;
  /** Version of the site's conditions that this person has accepted; 0 or absent: none. */
  readonly acceptedConditions?: number;
  /** Limits of this person's own, over all projects; what is absent is as everywhere. */
  readonly quota?: OwnQuota;
}
export type User = Resource<UserSpec, Record<string, never>>;

/** Log-in names: also what directories call people, such as `ana.silva`. */
export const userNamePattern = '^[a-z]([a-z0-9._-]{0,61}[a-z0-9])?$';

const fields = {
  displayName: Type.String({ maxLength: limits.displayNameLengthMax, description: 'As people say it.' }),
  email: Nullable(Type.String({ format: 'email', maxLength: limits.emailLengthMax, description: 'Where mails go.' })),
  role: OneOf(cloudRoles, { description: 'In the whole cloud: user, auditor (sees everything), administrator.' }),
  isBlocked: Type.Boolean({ description: 'May not log in; sessions and tokens stop working at once.' }),
  language: OneOf(languages, { description: 'Of mails.' }),
};

const optional = {
  displayName: Type.Optional(fields.displayName),
  email: Type.Optional(fields.email),
  role: Type.Optional(fields.role),
  isBlocked: Type.Optional(fields.isBlocked),
  language: Type.Optional(fields.language),
};

export const userKind = {
  name: 'user',
  plural: 'users',
  prefix: 'usr',
  scope: 'cloud',
  nameSchema: Type.String({
    pattern: userNamePattern,
    maxLength: limits.nameLengthMax,
    description: 'The log-in name: lower-case letters, digits, dots, hyphens, underscores.',
  }),
  fixedNames: 'people log in with it, and records of what was done carry it',
  says: 'Somebody who can log in.',
  create: Type.Object(optional),
  update: Type.Object(optional),
  spec: Type.Object({
    ...fields,
    acceptedConditions: Type.Optional(
      Type.Integer({ minimum: 0, description: "Version of the site's conditions that this person has accepted; 0: none." }),
    ),
    quota: Type.Optional(OwnQuotaSchema),
  }),
  status: Type.Object({}),
  initialStatus: {},
  states: ['active', 'blocked'],
  state: (user) => (user.spec.isBlocked ? 'blocked' : 'active'),
  verbs: {
    'set-quota': {
      says: 'Limit what this person may have made, over all projects.',
      from: ['active', 'blocked'],
      hint: 'An account that is there can always be changed.',
      body: SetQuotaSchema,
    },
  },
  indexes: (user) => ({ role: user.spec.role }),
  keys: (user) => (user.spec.email === null ? [] : [emailKey(user.spec.email)]),
  columns: [
    { title: 'NAME', value: (user) => user.name },
    { title: 'DISPLAY NAME', value: (user) => user.spec.displayName },
    { title: 'ROLE', value: (user) => user.spec.role },
    { title: 'STATE', value: (user) => (user.spec.isBlocked ? 'blocked' : 'active') },
    { title: 'E-MAIL', value: (user) => user.spec.email ?? '' },
    { title: 'CREATED', value: (user) => user.createdAt },
  ],
} as const satisfies Kind<User>;

/** One account for each address, however its letters are written. */
export function emailKey(email: string): string {
  return `email/${email.toLowerCase()}`;
}
