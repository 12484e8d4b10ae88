import { CommandError } from '../exit-codes.ts';
import type { Session } from '../session.ts';

export const accountPath = '/v1/account';

/** What the cloud tells people of themselves. */
export interface Account {
  readonly user: {
    readonly name: string;
    readonly spec: { readonly displayName: string; readonly email: string | null; readonly role: string };
  };
  readonly hasPassword: boolean;
  readonly totp: { readonly isConfirmed: boolean; readonly recoveryCodesLeft: number } | null;
  readonly passkeys: readonly { readonly id: string; readonly name: string; readonly createdAt: string; readonly lastUsedAt: string | null }[];
  readonly links: readonly Linked[];
  readonly sessions: readonly {
    readonly id: string;
    readonly method: string;
    readonly createdAt: string;
    readonly lastUsedAt: string;
    readonly address?: string | null;
    readonly isThis: boolean;
  }[];
  readonly conditions: { readonly accepted: number; /** 0: there are none. */ readonly current: number };
}

export interface Linked {
  readonly id: string;
  readonly method: string;
  readonly type: string;
  readonly label?: string;
  readonly userName: string | null;
  readonly seenAt: string;
}

export function readAccount({ client, world }: Session): Promise<Account> {
  return client.request('GET', accountPath, { signal: world.interrupted });
}

/** By id, or by what people call it. Throws where nothing or more than one is meant. */
export function idOf<T extends { readonly id: string }>(
  items: readonly T[],
  ref: string,
  nameOf: (item: T) => string,
  what: string,
  list: string,
): string {
  const found = items.filter((item) => item.id === ref || nameOf(item) === ref);
  const [only] = found;
  if (only === undefined) throw new CommandError('notFound', `You have no ${what} ${ref}.`, `See what there is: ${list}`);
  if (found.length > 1) throw new CommandError('usage', `You have several of the name ${ref}.`, `Give the id of one: ${list} -o wide`);
  return only.id;
}

export function refPath(...parts: readonly string[]): string {
  return parts.map((part, i) => (i === 0 ? part : encodeURIComponent(part))).join('/');
}
