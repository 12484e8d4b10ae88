import {
  request as httpRequest,
  type Agent,
  type ClientRequest,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type RequestOptions,
} from 'node:http';
import { request as httpsRequest } from 'node:https';
import { TlsAgent, WrongFingerprint } from '../drivers/tls-agent.ts';

/** Where a cloud is and who asks. */
export interface Endpoint {
  /** Base address, e.g. `http://127.0.0.1:7480`; for a unix socket `unix:/path`. */
  readonly url: string;
  readonly token: string | null;
  /** Of its certificate, `sha256:…`: no other is accepted. null, absent: one of an authority that this machine knows. */
  readonly fingerprint?: string | null;
  /** What this side shows; absent: nothing. */
  readonly certificate?: ClientCertificate;
}

/** Of a person, with the chain up to what an authority has signed, leaf first. */
export interface ClientCertificate {
  readonly certificatePem: string;
  readonly keyPem: string;
}

/** The cloud did not answer at all. */
export class Unreachable extends Error {
  override readonly name = 'Unreachable';
}

/** Something answers, and does not prove to be the cloud. */
export class Untrusted extends Error {
  override readonly name = 'Untrusted';
  readonly remedy: string;

  constructor(message: string, { remedy, cause }: { remedy: string; cause?: unknown }) {
    super(message, { cause });
    this.remedy = remedy;
  }
}

/** The one way from the client to a cloud: a unix socket, plain HTTP, or TLS with a certificate that is known or pinned. */
export function openRequest(
  { url, token, fingerprint = null, certificate }: Endpoint,
  path: string,
  { headers = {}, ...options }: Omit<RequestOptions, 'headers'> & { readonly headers?: OutgoingHttpHeaders },
  onAnswer: (answer: IncomingMessage) => void,
): ClientRequest {
  const all = { ...options, headers: { ...(token === null ? {} : { authorization: `Bearer ${token}` }), ...headers } };
  if (url.startsWith('unix:')) return httpRequest({ ...all, socketPath: url.slice('unix:'.length), path }, onAnswer);
  if (!url.startsWith('https:')) return httpRequest(new URL(path, url), all, onAnswer);
  return httpsRequest(new URL(path, url), { ...all, ...agentOf(fingerprint, certificate) }, onAnswer);
}

/** What a request over TLS needs besides; nothing where authorities are asked. */
export function agentOf(fingerprint: string | null | undefined, certificate?: ClientCertificate): { agent?: Agent } {
  if (certificate !== undefined) return { agent: agentShowing(certificate, fingerprint ?? null) };
  if (fingerprint === null || fingerprint === undefined) return {};
  let agent = agents.get(fingerprint);
  if (agent === undefined) agents.set(fingerprint, (agent = new TlsAgent({ fingerprint, keepAlive: true })));
  return { agent };
}

const agents = new Map<string, TlsAgent>();

/** Nobody else's request may go over a connection that has shown a certificate. */
function agentShowing(certificate: ClientCertificate, fingerprint: string | null): Agent {
  let agent = showing.get(certificate);
  if (agent === undefined) {
    agent = new TlsAgent({ fingerprint, cert: certificate.certificatePem, key: certificate.keyPem, keepAlive: true });
    showing.set(certificate, agent);
  }
  return agent;
}

const showing = new WeakMap<ClientCertificate, TlsAgent>();

/** Why there was no answer, in words for people. */
export function unanswered(url: string, error: Error): Unreachable | Untrusted {
  if (error instanceof WrongFingerprint) return changed(url, error);
  const { code = '' } = error as NodeJS.ErrnoException;
  if (distrust.test(code))
    return new Untrusted(`The certificate of ${url} is not one that this machine trusts: ${error.message.split(';')[0]}`, {
      cause: error,
      remedy: `stratus login ${url} shows its fingerprint, and keeps it once you have compared it.`,
    });
  return new Unreachable(`No cloud answers at ${url}: ${error.message}`, { cause: error });
}

export function changed(url: string, error: WrongFingerprint): Untrusted {
  return new Untrusted(
    `${url} shows another certificate than before: ${error.found} in place of ${error.expected}. Either it was made anew, or somebody stands in between; nothing was sent.`,
    { cause: error, remedy: `Ask the administrator. If the new one is right, stratus login ${url} --fingerprint ${error.found} keeps it.` },
  );
}

/** Source: the codes of OpenSSL's X.509 verification, as Node names them. */
const distrust = /^(DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_|CERT_|INVALID_|ERR_TLS_CERT_ALTNAME)/;
