import type { Change } from '../../control/store/store.ts';
import { CloudError } from '../../core/errors.ts';
import { isMailAddress } from '../../core/mail-address.ts';
import type { User } from '../../kinds/user/user.ts';
import type { Mail } from '../../ports/mail.ts';
import type { Settings } from '../settings/settings.ts';
import type { Addressed, MailLanguage } from './letter.ts';
import type { Outbox } from './outbox.ts';

/** What about a mail has to be known before it can be written: the site, and whether mail is set at all. Addresses in mails begin with the settings' and never with a request's. */
export class Post {
  readonly #settings: Settings;
  readonly #outbox: Outbox;

  constructor(settings: Settings, outbox: Outbox) {
    this.#settings = settings;
    this.#outbox = outbox;
  }

  get canSend(): boolean {
    const { mail, site } = this.#settings.current;
    return mail !== null && site.url !== null;
  }

  /** Throws MAIL_NOT_SET. */
  mustSend(): void {
    const { mail, site } = this.#settings.current;
    const missing = [...(mail === null ? ['mail'] : []), ...(site.url === null ? ['site.url'] : [])];
    if (missing.length > 0) throw new CloudError('MAIL_NOT_SET', { missing: missing.join(' and ') });
  }

  /** A page of ours, such as `/log-in`. Throws MAIL_NOT_SET. */
  page(path: string): string {
    const { url } = this.#settings.current.site;
    if (url === null) throw new CloudError('MAIL_NOT_SET', { missing: 'site.url' });
    return `${url.replace(/\/+$/, '')}${path}`;
  }

  /** The secret stands behind the `#`: no server and no proxy ever sees it in a line. Throws MAIL_NOT_SET. */
  link(secret: string): string {
    return this.page(`/link#${secret}`);
  }

  /** `user`: log-in name; null where it is not to be told. Throws MAIL_NOT_SET. */
  to(email: string, user: string | null): Addressed {
    return { to: email, user, cloud: { name: this.#settings.current.site.name, url: this.page('/') } };
  }

  put(mail: Mail, about: string, expiresAt: string | null = null): Change {
    return this.#outbox.put(mail, about, expiresAt);
  }

  /** A mail that somebody should get where that is possible; nothing waits for it. */
  notice(user: User, about: string, write: (to: Addressed, language: MailLanguage) => Mail): Change[] {
    const { email, language } = user.spec;
    if (!this.canSend || email === null || !isMailAddress(email)) return [];
    return [this.put(write(this.to(email, user.name), language), about)];
  }
}
