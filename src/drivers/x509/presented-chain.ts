import { constants, type X509Certificate } from 'node:crypto';
import type { TLSSocket, TlsOptions } from 'node:tls';
import { bounds } from './bounds.ts';

/**
 * How a door must listen so that `presentedChain` has everything: it asks for certificates, lets OpenSSL
 * refuse none (it knows no legacy proxies, and no proxies at all unless told), and resumes no session, because a
 * resumed one brings the leaf alone. Without the ticket, a session in TLS 1.3 could still be
 * found in a cache: the server must have no listener for `resumeSession`. Renegotiation could change the
 * certificate in the middle of a connection. Requests arrive unverified: `verifyChain` is the only verdict,
 * never `socket.authorized`.
 */
export const clientCertificateOptions: TlsOptions = {
  requestCert: true,
  rejectUnauthorized: false,
  secureOptions: constants.SSL_OP_NO_TICKET | constants.SSL_OP_NO_RENEGOTIATION,
};

/**
 * What the client presented, DER, leaf first, in its own order and without repetitions; empty: no certificate.
 * One more than `verifyChain` takes at most, so that too many are refused and not cut.
 *
 * `getPeerX509Certificate` hands over the client's list as it came, each `issuerCertificate` being simply the next
 * one. `getPeerCertificate(true)` does not: it links by name and key usage and so loses what signed a legacy
 * proxy, fills in from the server's own store, and ends in a circle.
 */
export function presentedChain(socket: TLSSocket): Buffer[] {
  const chain: Buffer[] = [];
  let certificate: X509Certificate | undefined = socket.getPeerX509Certificate();
  for (let seen = 0; certificate !== undefined && seen <= 2 * bounds.presentedCertificatesMax; seen++) {
    const { raw } = certificate;
    // A proxy's file begins with the proxy, and some clients send it as their certificate and again with the rest.
    if (!chain.some((known) => known.equals(raw))) chain.push(raw);
    certificate = certificate.issuerCertificate;
  }
  return chain.slice(0, bounds.presentedCertificatesMax + 1);
}
