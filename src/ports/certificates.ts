/** A certificate that a server shows, with its key. */
export interface ServerCertificate {
  /** PEM; the server's own first, then those that lead to its authority. */
  readonly certificatePem: string;
  readonly keyPem: string;
  /** DNS names (`*.example.org` too) and IP addresses that it is for. */
  readonly names: readonly string[];
  /** Of the server's own: `sha256:` and 64 hexadecimal digits. */
  readonly fingerprint: string;
  /** By an authority or the administrator; false: made by the cloud for itself, known by its fingerprint alone. */
  readonly isGiven: boolean;
}

/** Where the server's certificate comes from; it may be replaced while the server runs. */
export interface CertificateSource {
  current(): ServerCertificate;
  /** Calls back after each replacement, until the returned function is called. */
  onChange(listener: () => void): () => void;
}

/** Authorities that vouch for callers; they may change while the server runs. */
export interface CallerAuthorities {
  /** PEM, one certificate each. */
  current(): readonly string[];
  /** Calls back after each change, until the returned function is called. */
  onChange(listener: () => void): () => void;
}

export interface IssuedCertificate {
  /** PEM. */
  readonly certificatePem: string;
  /** Hexadecimal. */
  readonly serial: string;
  /** SHA-256 of its DER form, 64 hexadecimal digits. */
  readonly sha256: string;
  /** ms since 1970. */
  readonly expiresAtMs: number;
}

/** The cloud's own authority: it makes hosts known to the control plane, and nothing else. */
export interface HostAuthority {
  /** Its own certificate, PEM. */
  readonly certificatePem: string;
  /** Throws {@link CertificateRequestRefused} for a request that is not one, not signed by its own key, or for another type of key. */
  issue(requestPem: string, host: { readonly id: string; readonly name: string }, nowMs: number): Promise<IssuedCertificate>;
}

export class CertificateRequestRefused extends Error {
  override readonly name = 'CertificateRequestRefused';
}
