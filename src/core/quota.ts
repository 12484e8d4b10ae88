import { Type, type TSchema } from 'typebox';
import { Nullable } from './schema.ts';

/**
 * What is counted of what a project has, or a person has made; the unit last. GiB and MiB may have fractions: whole bytes
 * are counted, and sums of them stay exact in them.
 */
export const quotaNames = [
  'instances',
  'vcpus',
  'memoryMib',
  'diskGib',
  'volumes',
  'volumeGib',
  'snapshots',
  'images',
  'imageGib',
  'addresses',
] as const;
export type QuotaName = (typeof quotaNames)[number];

/** So much of each; absent: nothing of it. */
export type Amounts = Readonly<Partial<Record<QuotaName, number>>>;

/** At most so much of each; null: without limit. */
export type Quota = Readonly<Record<QuotaName, number | null>>;

/** What is said of one project or person; the rest is as everywhere. */
export type OwnQuota = Partial<Quota>;

/** In a sentence: `10 vCPUs`. */
export const quotaSays: Readonly<Record<QuotaName, string>> = {
  instances: 'instances',
  vcpus: 'vCPUs',
  memoryMib: 'MiB of memory',
  diskGib: 'GiB of instance disks',
  volumes: 'volumes',
  volumeGib: 'GiB of volumes',
  snapshots: 'snapshots',
  images: 'images',
  imageGib: 'GiB of images',
  addresses: 'public addresses',
};

const each = <T extends TSchema>(schema: (name: QuotaName) => T, options: { description?: string } = {}) =>
  Type.Object(Object.fromEntries(quotaNames.map((name) => [name, schema(name)])) as Record<QuotaName, T>, options);

const atMost = (description: string) => Type.Integer({ minimum: 0, maximum: 1e12, description });

/** In a record: what is said of it alone. */
export const OwnQuotaSchema = each((name) => Type.Optional(Nullable(atMost(quotaSays[name]))), {
  description: 'Its own limits; null: without limit. What is absent is as everywhere in this cloud.',
});

/** In a request: `default` takes back what was said before. */
export const SetQuotaSchema = each((name) =>
  Type.Optional(
    Type.Union([atMost('The new limit.'), Type.Null({ description: 'Without limit.' }), Type.Literal('default')], {
      description: `At most so many ${quotaSays[name]}; null: without limit; \`default\`: as everywhere in this cloud.`,
    }),
  ),
);
export type SetQuota = Partial<Record<QuotaName, number | null | 'default'>>;

export const UsageSchema = Type.Object({
  used: each((name) => Type.Number({ description: quotaSays[name] })),
  limits: each((name) => Nullable(Type.Number({ description: `${quotaSays[name]}; null: without limit.` }))),
});

export function withQuota(before: OwnQuota | undefined, change: SetQuota): OwnQuota {
  const after: Partial<Record<QuotaName, number | null>> = { ...before };
  for (const name of quotaNames) {
    const to = change[name];
    if (to === 'default') delete after[name];
    else if (to !== undefined) after[name] = to;
  }
  return after;
}

/** Where nothing is said anywhere, there is no limit. */
export function limitsOf(own: OwnQuota | undefined, defaults: OwnQuota): Quota {
  return Object.fromEntries(quotaNames.map((name) => [name, own?.[name] === undefined ? (defaults[name] ?? null) : own[name]])) as Quota;
}

/** All of them, for showing. */
export function inFull(amounts: Amounts): Readonly<Record<QuotaName, number>> {
  return Object.fromEntries(quotaNames.map((name) => [name, rounded(amounts[name] ?? 0)])) as Record<QuotaName, number>;
}

/** To the thousandth. */
export function rounded(amount: number): number {
  return Math.round(amount * 1_000) / 1_000;
}
