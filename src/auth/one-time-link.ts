import type { Change, Store } from '../control/store/store.ts';
import type { Resource } from '../core/resource.ts';
import { isoTime, type Clock } from '../ports/clock.ts';
import { all, newRecord, put, remove } from './records.ts';
import { newSecret, secretHash } from './secret.ts';

export const oneTimeLinkKind = 'one-time-link';

export interface OneTimeLinkSpec {
  /** What it does when used, such as `reset-password`. One that was given for something else is as good as unknown. */
  readonly purpose: string;
  /** Whom it is for; null: somebody who is no user yet. */
  readonly userId: string | null;
  /** Id of what it is about, such as a project; absent: nothing beside the user. */
  readonly about?: string;
  /** What its use needs to know, by purpose. JSON. */
  readonly data: unknown;
  readonly expiresAt: string;
  readonly secretSha256: string;
}
export type OneTimeLink = Resource<OneTimeLinkSpec>;

export interface NewLink {
  readonly purpose: string;
  readonly userId: string | null;
  readonly about?: string;
  readonly data?: unknown;
  readonly lifetimeMs: number;
}

const indexed = ({ spec }: OneTimeLink) => ({
  keys: [`secret/${spec.secretSha256}`],
  indexes: {
    ...(spec.userId === null ? {} : { user: spec.userId }),
    purpose: spec.purpose,
    ...(spec.about === undefined ? {} : { about: spec.about }),
  },
});

/** A link that counts from the commit of `change` on: put the mail that carries `secret` into the same. Only the secret's SHA-256 is kept. */
export function issueLink(
  clock: Clock,
  { purpose, userId, about, data = null, lifetimeMs }: NewLink,
): { link: OneTimeLink; secret: string; change: Change } {
  const secret = newSecret('');
  const expiresAt = isoTime(clock.now() + lifetimeMs);
  const spec: OneTimeLinkSpec = { purpose, userId, ...(about === undefined ? {} : { about }), data, expiresAt, secretSha256: secretHash(secret) };
  const link: OneTimeLink = newRecord(clock, oneTimeLinkKind, 'lnk', '', userId ?? 'system', spec);
  return { link, secret, change: put(link, indexed(link)) };
}

/**
 * What the link would do, without using it up: for the page that asks before it acts, since mail scanners open every
 * link. null alike for one that is unknown, used, expired, or of another purpose.
 */
export async function peekLink(store: Store, clock: Clock, secret: string, purpose: string): Promise<OneTimeLink | null> {
  const link = (await store.getByKey(oneTimeLinkKind, `secret/${secretHash(secret)}`)) as OneTimeLink | null;
  return link === null || link.spec.purpose !== purpose || isLinkOver(link, clock) ? null : link;
}

/** The same for a link of whatever purpose. */
export async function findOneTimeLink(store: Store, clock: Clock, secret: string): Promise<OneTimeLink | null> {
  const link = (await store.getByKey(oneTimeLinkKind, `secret/${secretHash(secret)}`)) as OneTimeLink | null;
  return link === null || isLinkOver(link, clock) ? null : link;
}

/** Those that may still be used, about one thing, of one purpose. */
export async function linksAbout(store: Store, clock: Clock, about: string, purpose: string): Promise<OneTimeLink[]> {
  const links: OneTimeLink[] = [];
  for await (const record of all(store, oneTimeLinkKind, { name: 'about', value: about })) {
    const link = record as OneTimeLink;
    if (link.spec.purpose === purpose && !isLinkOver(link, clock)) links.push(link);
  }
  return links;
}

/**
 * As {@link peekLink}, with the change that uses it up: commit it together with what the link is for. Of two who use it
 * at the same moment, one gets a CommitConflict and finds nothing when it looks again.
 */
export async function useLink(store: Store, clock: Clock, secret: string, purpose: string): Promise<{ link: OneTimeLink; change: Change } | null> {
  const link = await peekLink(store, clock, secret, purpose);
  return link === null ? null : { link, change: remove(link) };
}

/** Makes a user's earlier links of this purpose worthless (`null`: of every purpose). */
export async function dropLinksOf(store: Store, userId: string, purpose: string | null): Promise<Change[]> {
  const changes: Change[] = [];
  for await (const record of all(store, oneTimeLinkKind, { name: 'user', value: userId })) {
    const link = record as OneTimeLink;
    if (purpose === null || link.spec.purpose === purpose) changes.push(remove(link));
  }
  return changes;
}

/** For the sweep: nobody can use it any more. */
export function isLinkOver({ spec }: OneTimeLink, clock: Clock): boolean {
  return Date.parse(spec.expiresAt) <= clock.now();
}
