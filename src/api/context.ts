import type { AuditLog } from '../audit/audit-log.ts';
import type { Auth } from '../auth/auth.ts';
import type { IdentityServices } from '../auth/services.ts';
import type { Settings } from '../auth/settings/settings.ts';
import type { ControlPlane } from '../kinds/control-plane.ts';
import type { SignIn } from '../auth/sign-in.ts';
import type { HostAuthority } from '../ports/certificates.ts';
import type { Channels } from './channels.ts';
import type { Entrance } from './listen.ts';

/** What every route works with. */
export interface ApiContext {
  readonly cloud: ControlPlane;
  readonly auth: Auth;
  readonly signIn: SignIn;
  /** All of what says who somebody is; the parts that most routes need stand beside it. */
  readonly identity: IdentityServices;
  readonly audit: AuditLog;
  readonly settings: Settings;
  readonly channels: Channels;
  /** null: no other machine can join this cloud. */
  readonly hostAuthority: HostAuthority | null;
  /** How other machines reach this cloud; null: not at all. */
  readonly entrance: () => Entrance | null;
  readonly version: string;
  /** Name of this cloud, for people. */
  readonly name: string;
  /** Aborts when the server closes: whoever waits or streams ends. */
  readonly closing: AbortSignal;
}
