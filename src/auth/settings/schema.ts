import { Type, type Static, type TProperties, type TSchema } from 'typebox';
import { Name, Nullable, OneOf } from '../../core/schema.ts';

const oneLine = '^[^\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029]*$';
const mailAddress = '^[^\\s@<>",;:\\\\]{1,64}@[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$';

const amount = (description: string) => Nullable(Type.Integer({ minimum: 0, maximum: 1e12, description: `${description} null: no limit.` }));

/** How much may be there at once; null: as much as there is. */
export const Quota = Type.Object({
  instances: amount('Instances.'),
  vcpus: amount('Processors of all instances.'),
  memoryMib: amount('Memory of all instances, MiB.'),
  diskGib: amount("Instances' own disks, GiB."),
  volumes: amount('Volumes.'),
  volumeGib: amount('All volumes, GiB.'),
  snapshots: amount('Snapshots.'),
  images: amount('Images.'),
  imageGib: amount('All images, GiB.'),
  addresses: amount('Public addresses.'),
});
export type Quota = Static<typeof Quota>;

const Conditions = Type.Object({
  version: Type.Integer({
    readOnly: true,
    default: 1,
    description: 'Raised by the cloud with every change of the text; people are then asked again.',
  }),
  text: Type.Object({
    en: Type.String({ minLength: 1, maxLength: 100_000 }),
    fr: Nullable(Type.String({ minLength: 1, maxLength: 100_000, description: 'null: the English text stands for it.' })),
  }),
});

const Mail = Type.Object({
  host: Type.String({ pattern: '^[A-Za-z0-9]([A-Za-z0-9.:-]{0,251}[A-Za-z0-9])?$', description: 'Name or address of the SMTP server.' }),
  port: Type.Integer({ minimum: 1, maximum: 65_535, default: 587 }),
  security: OneOf(['tls', 'starttls', 'none'] as const, {
    default: 'starttls',
    description: 'tls: from the first byte; starttls: before anything is said; none: only for a server on this machine or a network you trust.',
  }),
  user: Nullable(Type.String({ minLength: 1, maxLength: 200, description: 'Who logs in there; null: nobody has to.' })),
  password: Nullable(Type.String({ minLength: 1, maxLength: 1_000, writeOnly: true, description: 'Kept encrypted, never shown again.' })),
  from: Type.String({ minLength: 3, maxLength: 400, pattern: oneLine, description: 'Sender: an address, or `Name <address>`.' }),
});

/** All sections but the methods of logging in, which are given by who knows them. */
const sections = {
  site: Type.Object({
    name: Type.String({ minLength: 1, maxLength: 100, pattern: oneLine, default: 'stratus', description: 'Of this cloud, for people; one line.' }),
    url: Nullable(
      Type.String({
        maxLength: 500,
        pattern: '^https?://[^\\s?#]+$',
        description: 'Where people reach it, e.g. https://cloud.example.org; links in mails begin with it.',
      }),
    ),
    supportMail: Nullable(Type.String({ maxLength: 320, pattern: mailAddress, description: 'An e-mail address: whom to ask.' })),
  }),
  passwords: Type.Object({
    lengthMin: Type.Integer({ minimum: 8, maximum: 128, default: 12, description: 'Characters that a new password has at least.' }),
  }),
  secondFactor: Type.Object({
    requiredFor: OneOf(['nobody', 'administrators', 'everybody'] as const, {
      default: 'nobody',
      description: 'Who has to have a passkey or one-time codes beside a password.',
    }),
  }),
  registration: Type.Object({
    open: Type.Boolean({ default: false, description: 'Anyone may ask for an account; needs mail and site.url.' }),
    approval: Type.Boolean({ default: true, description: 'An administrator says yes or no to each.' }),
    allowedMailDomains: Type.Array(Type.String({ pattern: '^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$', description: 'Lower case, e.g. example.org' }), {
      maxItems: 100,
      default: [],
      description: 'Only with an address there; empty: any.',
    }),
    project: OneOf(['own', 'none'] as const, { default: 'own', description: 'own: everybody gets a project of the same name.' }),
    quota: Nullable(Quota),
  }),
  conditions: Nullable(Conditions),
  quotas: Type.Object({ project: Quota, user: Quota }),
  leases: Type.Object({
    maxDays: Nullable(Type.Integer({ minimum: 1, maximum: 3_650, description: 'How long an instance may live; null: for ever.' })),
    warnDaysBefore: Type.Integer({ minimum: 0, maximum: 365, default: 7, description: 'When its owner gets a mail.' }),
  }),
  mail: Nullable(Mail),
  audit: Type.Object({
    retentionDays: Type.Integer({ minimum: 1, maximum: 36_500, default: 365, description: 'Older entries of the audit log are let go.' }),
  }),
};

const label = Nullable(Type.String({ minLength: 1, maxLength: 100, pattern: oneLine, description: 'What stands on its button; null: its name.' }));

/** Accounts of the cloud's own, with passwords and passkeys. */
const LocalMethod = Type.Object({ type: Type.Literal('local'), name: { ...Name, default: 'local' } as typeof Name, label });

/** What every method has by which people of somewhere else come in. */
const outside = {
  createUsers: Type.Boolean({ default: true, description: 'Who comes for the first time gets an account; false: an administrator makes it before.' }),
  mappings: Type.Array(
    Type.Object({
      group: Type.String({ minLength: 1, maxLength: 1_000, description: 'As the method tells it: a DN, a value of the claim, a FQAN.' }),
      project: Nullable(Type.String({ minLength: 1, maxLength: 100, description: 'Name or id; with role.' })),
      role: Nullable(OneOf(['viewer', 'operator', 'member', 'owner'] as const, { description: 'In the project.' })),
      cloudRole: Nullable(OneOf(['auditor', 'administrator'] as const, { description: 'In the cloud as a whole.' })),
    }),
    { maxItems: 500, default: [], description: 'What members of a group may do; they get it at each log-in anew.' },
  ),
};

/** A way to log in from outside, as its driver describes it: an object with `type` (a literal) and `name`, secrets in it `writeOnly`. */
export interface MethodForm extends TSchema {
  readonly properties: TProperties;
}

/** `forms`: of the outside methods that this program has. */
export function settingsSchema(forms: readonly MethodForm[]) {
  const methods = [LocalMethod, ...forms.map((form) => Type.Object({ label, ...form.properties, ...outside }))];
  const list = {
    minItems: 1,
    maxItems: 20,
    default: [{ type: 'local' }],
    description: 'Ways to log in, in the order in which they are tried and shown.',
  };
  return Type.Object({ ...sections, methods: Type.Array(Type.Union(methods), list) });
}

export interface LocalMethod {
  readonly type: 'local';
  readonly name: string;
  readonly label: string | null;
}

export type Mapping = Static<typeof outside.mappings>[number];

/** The rest of its fields is its driver's business. */
export interface OutsideMethod {
  readonly type: string;
  readonly name: string;
  readonly label: string | null;
  readonly createUsers: boolean;
  readonly mappings: readonly Mapping[];
  readonly [field: string]: unknown;
}

type Sections = { readonly [Section in keyof typeof sections]: Static<(typeof sections)[Section]> };
export type SettingsValues = Sections & { readonly methods: readonly (LocalMethod | OutsideMethod)[] };
