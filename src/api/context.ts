import type { Auth } from '../auth/auth.ts';
import type { ControlPlane } from '../kinds/control-plane.ts';
import type { HostAuthority } from '../ports/certificates.ts';
import type { Channels } from './channels.ts';
import type { Entrance } from './listen.ts';

/** What every route works with. */
export interface ApiContext {
  readonly cloud: ControlPlane;
  readonly auth: Auth;
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
