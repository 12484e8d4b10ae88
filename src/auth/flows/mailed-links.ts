import { CloudError } from '../../core/errors.ts';
import type { User } from '../../kinds/user/user.ts';
import type { Identity } from '../identity.ts';
import { findOneTimeLink, type OneTimeLink } from '../one-time-link.ts';
import type { Visit } from '../sign-in.ts';
import type { FlowDeps } from './flow.ts';

/** What the page shows before somebody uses a link. */
export interface ShownLink {
  /** A sentence. */
  readonly says: string;
  /** Log-in name of whom it is for. */
  readonly user?: string;
  readonly email?: string;
  readonly project?: string;
  /** `password`: to be chosen. `account`: log in first, or choose a log-in name and a password. */
  readonly needs: { readonly password?: true; readonly account?: true };
}

/** What comes with the use of a link; which of it is taken depends on the link. */
export interface LinkInput {
  readonly password?: string | undefined;
  readonly user?: string | undefined;
  readonly displayName?: string | undefined;
  readonly language?: 'en' | 'fr' | undefined;
  readonly conditionsVersion?: number | undefined;
}

export interface UseOfLink {
  readonly link: OneTimeLink;
  /** Whom it is for; null: nobody who is a user already. */
  readonly user: User | null;
  readonly input: LinkInput;
  readonly visit: Visit;
  /** Who is logged in where it is used; null: nobody. */
  readonly identity: Identity | null;
  /** As it is now; asked in the decision that uses it up. Throws LINK_OVER. */
  readonly again: () => Promise<OneTimeLink>;
}

/** What links of one purpose do. */
export interface LinkPurpose {
  /** null: it is worthless by now. */
  show(link: OneTimeLink, user: User | null): Promise<ShownLink | null>;
  /** Uses it up together with what it does. Returns the page to go on with. */
  use(use: UseOfLink): Promise<string>;
}

/** Links that were mailed, or given by an administrator: they act by a request after a page has asked, once. */
export class MailedLinks {
  readonly #deps: FlowDeps;
  readonly #purposes: Readonly<Record<string, LinkPurpose>>;

  constructor(deps: FlowDeps, purposes: Readonly<Record<string, LinkPurpose>>) {
    this.#deps = deps;
    this.#purposes = purposes;
  }

  /** Throws LINK_OVER, alike for all that cannot be used. */
  async show(secret: string): Promise<ShownLink & { purpose: string }> {
    const { link, purpose, user } = await this.#find(secret);
    const shown = await purpose.show(link, user);
    if (shown === null) throw new CloudError('LINK_OVER');
    return { purpose: link.spec.purpose, ...shown };
  }

  /** Throws LINK_OVER, and what the purpose throws; then it can be used once more. */
  async use(secret: string, input: LinkInput, visit: Visit, identity: Identity | null): Promise<{ done: string; next: string }> {
    const { link, purpose, user } = await this.#find(secret);
    const again = async () => (await this.#find(secret)).link;
    return { done: link.spec.purpose, next: await purpose.use({ link, user, input, visit, identity, again }) };
  }

  async #find(secret: string): Promise<{ link: OneTimeLink; purpose: LinkPurpose; user: User | null }> {
    const { store, clock } = this.#deps.identity.auth;
    const link = await findOneTimeLink(store, clock, secret);
    const name = link?.spec.purpose ?? '';
    const purpose = Object.hasOwn(this.#purposes, name) ? this.#purposes[name] : undefined;
    if (link === null || purpose === undefined) throw new CloudError('LINK_OVER');
    const user = link.spec.userId === null ? null : ((await store.get('user', link.spec.userId)) as User | null);
    if (link.spec.userId !== null && (user === null || user.spec.isBlocked)) throw new CloudError('LINK_OVER');
    return { link, purpose, user };
  }
}

/** The password that a use has to bring along. Throws INPUT_INVALID. */
export function passwordIn({ password }: LinkInput): string {
  if (password === undefined) throw new CloudError('INPUT_INVALID', { where: 'password', problem: 'is missing' });
  return password;
}
