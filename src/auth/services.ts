import type { Feed } from '../control/feed.ts';
import type { Store } from '../control/store/store.ts';
import type { User } from '../kinds/user/user.ts';
import { isoTime, type Clock } from '../ports/clock.ts';
import type { Mailer, SmtpSettings } from '../ports/mail.ts';
import { Auth } from './auth.ts';
import { DeviceLogIns } from './device-log-in.ts';
import { accountLockedMail } from './mail/account-mails.ts';
import { Outbox } from './mail/outbox.ts';
import { Post } from './mail/post.ts';
import { Methods, noDrivers, type MethodDrivers } from './methods.ts';
import { Passkeys } from './passkey.ts';
import { ProviderLogIns } from './provider-log-in.ts';
import { SecretBox } from './secret-box.ts';
import type { MethodForm } from './settings/schema.ts';
import { Settings } from './settings/settings.ts';
import { SignIn } from './sign-in.ts';
import { TrustedAuthorities } from './trusted-authorities.ts';

export interface IdentityOptions {
  readonly store: Store;
  readonly clock: Clock;
  /** Keeps rights and settings fresh; absent (a tool, a test without a control plane): they are read every time. */
  readonly feed?: Feed;
  /** Absent: secrets are forgotten with the process. */
  readonly box?: SecretBox;
  /** What the settings of outside methods look like, and what makes them work; absent: there are none. */
  readonly methods?: readonly MethodForm[];
  readonly drivers?: MethodDrivers;
  /** Absent: no mail is sent, it waits. */
  readonly mailer?: (settings: SmtpSettings) => Mailer;
  readonly onError?: (what: string, error: unknown) => void;
}

/** All that says who somebody is, made once for a control plane. */
export class IdentityServices {
  readonly auth: Auth;
  readonly box: SecretBox;
  readonly settings: Settings;
  readonly methods: Methods;
  readonly passkeys: Passkeys;
  readonly signIn: SignIn;
  readonly devices: DeviceLogIns;
  readonly away: ProviderLogIns;
  readonly drivers: MethodDrivers;
  readonly outbox: Outbox;
  /** Of methods that take certificates, for the port where they are shown. */
  readonly callerAuthorities: TrustedAuthorities;
  readonly post: Post;
  readonly #feed: Feed | null;

  constructor(options: IdentityOptions) {
    const { store, clock, feed = null, box = SecretBox.forThisProcess(), methods = [], drivers = noDrivers, mailer, onError } = options;
    const tell = onError === undefined ? {} : { onError };
    this.#feed = feed;
    this.box = box;
    this.auth = new Auth(store, clock, feed);
    this.settings = new Settings({ store, clock, box, methods, ...tell });
    this.auth.conditionsVersion = () => this.settings.current.conditions?.version ?? 0;
    this.methods = new Methods(this.settings, drivers);
    this.passkeys = new Passkeys(store, clock);
    this.devices = new DeviceLogIns(clock);
    this.away = new ProviderLogIns(clock);
    this.drivers = drivers;
    this.outbox = new Outbox({
      store,
      clock,
      box,
      ...(feed === null ? {} : { feed }),
      mailer: () => (this.settings.current.mail === null || mailer === undefined ? null : mailer(this.settings.current.mail)),
      ...(onError === undefined ? {} : { onError: (error) => onError('mail', error) }),
    });
    this.callerAuthorities = new TrustedAuthorities(this.methods, clock);
    this.post = new Post(this.settings, this.outbox);
    this.signIn = new SignIn({
      auth: this.auth,
      settings: this.settings,
      methods: this.methods,
      passkeys: this.passkeys,
      box,
      post: this.post,
      onLocked: (user) => void this.#tellLocked(user).catch((error: unknown) => onError?.('a mail about a locked account', error)),
    });
    this.settings.onChange(() => this.outbox.wake());
    this.settings.onChange(() => this.callerAuthorities.look());
  }

  async start(): Promise<void> {
    if (this.#feed === null) return;
    await this.settings.load(this.#feed);
    this.outbox.start();
    await this.callerAuthorities.start();
  }

  async #tellLocked(user: User): Promise<void> {
    const { store, clock } = this.auth;
    const mails = this.post.notice(user, 'account-locked', (to, language) =>
      accountLockedMail({ ...to, at: isoTime(clock.now()), link: this.post.page('/forgotten-password') }, language),
    );
    if (mails.length > 0) await store.commit(mails);
  }

  async stop(): Promise<void> {
    this.callerAuthorities.stop();
    this.methods.close();
    await this.outbox.stop();
  }
}
