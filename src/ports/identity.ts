/** Who somebody is, told by something outside the cloud. It knows nothing of the cloud's users, projects and roles. */
export interface ExternalIdentity {
  /** Name of the configured method that told it. */
  readonly method: string;
  readonly type: 'ldap' | 'oidc' | 'x509';
  /**
   * The same person at every log-in and nobody else ever: entryUUID of a directory's entry, or its comparable DN where
   * the directory gives no such id; `issuer#sub` of a provider; the comparable DN of a certificate.
   */
  readonly subject: string;
  /** What the person is called there; null: it gives no name that can be shown. Neither unique nor stable. */
  readonly userName: string | null;
  readonly displayName: string | null;
  /** Only one that the method vouches for. */
  readonly email: string | null;
  /** Comparable DNs (core/distinguished-name.ts), values of a claim, or FQANs of VOMS. */
  readonly groups: readonly string[];
  /** Comparable DNs of the certificates with which the person may come as well. */
  readonly certificateSubjects?: readonly string[];
}

/** The person is known, and is not let in. */
export interface Refusal {
  readonly type: 'refused';
  readonly code:
    /** The method asks for membership in a group. */
    | 'not-in-required-group'
    /** More than one entry has this name. */
    | 'not-unique'
    /** The directory refuses the log-in for another reason than the password: locked, expired. */
    | 'locked'
    /** The person or the provider said no. */
    | 'denied'
    /** What came back is not proven: signature, state, nonce, issuer, audience, time. */
    | 'not-proven'
    /** What came back cannot be used: no subject, too many groups. */
    | 'not-usable';
  /** A sentence for the person and the audit; holds no secret. */
  readonly reason: string;
}

export type DirectoryAnswer =
  | { readonly type: 'found'; readonly identity: ExternalIdentity }
  /** The name or the certificate is not in the directory. */
  | { readonly type: 'unknown' }
  | { readonly type: 'wrong-password' }
  | Refusal;

/** One thing that was tried of a configuration, for the person who writes it. */
export interface MethodFinding {
  readonly isRight: boolean;
  /** A sentence: what was found, and what to do if it is wrong. */
  readonly says: string;
}

/** All throw DriverError when the directory is down or the configuration does not fit it; `never` where waiting will not help. */
export interface Directory {
  /** Takes about as long for a name that is not there as for a wrong password. */
  logIn(userName: string, password: string): Promise<DirectoryAnswer>;
  /** Without a password: what the directory says of a person now. Never answers `wrong-password`. */
  look(userName: string): Promise<DirectoryAnswer>;
  /** The person who may come with this certificate; its DN in either form. Never answers `wrong-password`. */
  byCertificateSubject(subject: string): Promise<DirectoryAnswer>;
  /** Tries the configuration step by step, up to the first that fails. Does not throw. */
  check(): Promise<MethodFinding[]>;
  /** Ends what is under way. */
  close(): void;
}

/** What the browser's session keeps between leaving for the provider and coming back. Secret. */
export interface BegunLogIn {
  readonly state: string;
  readonly nonce: string;
  readonly codeVerifier: string;
}

export interface DeviceLogIn {
  /** Secret: whoever has it gets the identity. */
  readonly deviceCode: string;
  /** What the person types at `verificationUri`. */
  readonly userCode: string;
  readonly verificationUri: string;
  /** The same with the code in it, for a click or a QR code; null: the provider gives none. */
  readonly verificationUriComplete: string | null;
  /** Between two polls. */
  readonly intervalSeconds: number;
  readonly expiresInSeconds: number;
}

export type OpenIdAnswer = { readonly type: 'found'; readonly identity: ExternalIdentity } | Refusal;

export type DeviceAnswer =
  /** Not yet; `slow-down`: and the interval grows by five seconds from now on (RFC 8628 §3.5). */
  | { readonly type: 'pending' | 'slow-down' }
  /** The person said no; the code is used up or too old. */
  | { readonly type: 'denied' | 'expired' }
  | OpenIdAnswer;

/** All throw DriverError when the provider is down or the configuration does not fit it. */
export interface OpenIdProvider {
  /** Where to send the browser. */
  begin(redirectUri: string): Promise<BegunLogIn & { readonly url: string }>;
  /** @param callbackUrl with which the browser came back: its query is read, whatever host it names */
  finish(redirectUri: string, callbackUrl: string, begun: BegunLogIn): Promise<OpenIdAnswer>;
  beginDevice(): Promise<DeviceLogIn>;
  /** Asks once. */
  pollDevice(deviceCode: string): Promise<DeviceAnswer>;
  /** Tries the configuration step by step, up to the first that fails. Does not throw. */
  check(): Promise<MethodFinding[]>;
  close(): void;
}

/** Who comes with these certificates. */
export interface CertificateVerifier {
  /** @param presented DER, leaf first, as the connection brought them. Throws nothing for what they hold. */
  identify(presented: readonly Buffer[]): Promise<OpenIdAnswer>;
  /** Those whose certificates count, PEM. */
  authorities(): Promise<readonly string[]>;
  /** What of the trusted authorities does not count. Does not throw. */
  check(): Promise<MethodFinding[]>;
}
