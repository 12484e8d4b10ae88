import { DriverError } from '../../../core/driver-error.ts';
import { AddressRefused } from './address-guard.ts';
import { Stalled } from './request.ts';

const refusedCertificate = /CERT|SSL|TLS|SELF_SIGNED|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER/;

/** Broken connections: the next attempt continues where this one ended. */
const passing = new Set([
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EAI_AGAIN',
  'ENOTFOUND',
  'ERR_STREAM_PREMATURE_CLOSE',
]);

/** A server's final word, or null when the body is worth reading. */
export function failureOfStatus(url: string, status: number): DriverError | null {
  if (status === 200 || status === 206 || status === 416) return null;
  const doing = `Downloading ${url}`;
  if (status === 404 || status === 410) return new DriverError(`${doing}: there is no such file (${status}). Check the address.`, { retry: 'never' });
  if (status === 401 || status === 403) return new DriverError(`${doing}: the server does not let us have it (${status}).`, { retry: 'never' });
  if (status === 408 || status === 425 || status === 429 || status >= 500)
    return new DriverError(`${doing}: the server cannot serve it now (${status}).`);
  return new DriverError(`${doing}: the server answered ${status}.`, { retry: 'never' });
}

/** What ended an attempt: a DriverError to give up with, or words for an attempt that may be repeated. */
export function failureOfAttempt(url: string, error: unknown): DriverError | { readonly passing: string } {
  if (error instanceof DriverError) return error;
  const { code = '', message } = error as NodeJS.ErrnoException;
  if (error instanceof AddressRefused) return new DriverError(`Downloading ${url}: ${message}.`, { retry: 'never' });
  if (error instanceof Stalled) return { passing: message };
  if (passing.has(code)) return { passing: reasons[code] ?? message };
  if (code.startsWith('HPE_')) return { passing: `the server breaks the rules of HTTP (${message})` };
  if (refusedCertificate.test(code)) {
    return new DriverError(`Downloading ${url}: the server's certificate is not trusted (${message}). Use a server with a valid certificate.`, {
      cause: error,
    });
  }
  return new DriverError(`Downloading ${url}: ${message}.`, { cause: error });
}

const reasons: Record<string, string> = {
  ECONNRESET: 'the connection was cut',
  ERR_STREAM_PREMATURE_CLOSE: 'the connection was cut',
  EPIPE: 'the connection was cut',
  ETIMEDOUT: 'the server does not answer',
  ECONNREFUSED: 'no server listens at that address',
  EHOSTUNREACH: 'the server cannot be reached',
  ENETUNREACH: 'the server cannot be reached',
  EAI_AGAIN: 'the name cannot be looked up now',
  ENOTFOUND: 'the host name does not exist',
};
