import { request as requestPlain, type IncomingMessage } from 'node:http';
import { request as requestTls } from 'node:https';
import type { CustomFetchOptions } from 'openid-client';
import { DriverError } from '../../core/driver-error.ts';
import type { OidcMethod } from '../../core/oidc-method.ts';
import { MiB } from '../../core/units.ts';
import type { Clock } from '../../ports/clock.ts';
import { isSafeAddress } from './loopback.ts';

const answerBytesMax = 1 * MiB;

export type ProviderFetch = (url: string, options: CustomFetchOptions) => Promise<Response>;

/**
 * How openid-client reaches the provider: with the authority that the method trusts, in the time that it allows, with
 * answers of a bounded size, never unencrypted over a network, and without following redirects. `signal` cuts everything.
 */
export function providerFetch(method: OidcMethod, clock: Clock, signal: AbortSignal): ProviderFetch {
  return async (url, options) => {
    if (!isSafeAddress(url)) throw new DriverError(`Log-in method ${method.name} would have to ask ${url} unencrypted.`, { retry: 'never' });
    const late = new AbortController();
    const cancel = clock.after(method.timeoutMs, () =>
      late.abort(
        new DriverError(`The provider of log-in method ${method.name} did not answer within ${method.timeoutMs / 1_000} s (${url}).`, {
          retry: 'soon',
        }),
      ),
    );
    const either = AbortSignal.any([signal, late.signal]);
    try {
      return await exchange(url, options, method.caCertificate, either);
    } catch (error) {
      throw either.aborted ? either.reason : unreachable(method, url, error as Error & { code?: string });
    } finally {
      cancel();
    }
  };
}

function exchange(url: string, options: CustomFetchOptions, ca: string | null, signal: AbortSignal): Promise<Response> {
  return new Promise((resolve, reject) => {
    // openid-client sends forms and nothing else.
    const body = options.body instanceof URLSearchParams ? Buffer.from(options.body.toString()) : null;
    const headers = { ...options.headers, ...(body === null ? {} : { 'content-length': String(body.length) }) };
    const common = { method: options.method, headers, signal, agent: false } as const;
    const request = url.startsWith('https:')
      ? requestTls(url, { ...common, ...(ca === null ? {} : { ca }), rejectUnauthorized: true, minVersion: 'TLSv1.2' })
      : requestPlain(url, common);
    request.once('error', reject);
    request.once('response', (answer) => void read(answer).then(resolve, reject));
    request.end(body ?? undefined);
  });
}

async function read(answer: IncomingMessage): Promise<Response> {
  const parts: Buffer[] = [];
  let sizeBytes = 0;
  for await (const part of answer as AsyncIterable<Buffer>) {
    sizeBytes += part.length;
    if (sizeBytes > answerBytesMax) throw new Error(`it answers with more than ${answerBytesMax / MiB} MiB`);
    parts.push(part);
  }
  const headers = new Headers();
  for (const [name, values] of Object.entries(answer.headersDistinct)) for (const value of values ?? []) headers.append(name, value);
  const status = answer.statusCode ?? 0;
  if (status < 200 || status > 599) throw new Error(`it answers with HTTP status ${status}`);
  const hasBody = ![204, 205, 304].includes(status);
  return new Response(hasBody ? Buffer.concat(parts) : null, { status, headers });
}

function unreachable(method: OidcMethod, url: string, error: Error & { code?: string }): DriverError {
  const isTrustProblem = /^(CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|ERR_TLS_CERT_ALTNAME|ERR_OSSL_|ERR_SSL_)/.test(error.code ?? '');
  const why = isTrustProblem ? `its certificate is not trusted (${error.message})` : error.message;
  return new DriverError(`The provider of log-in method ${method.name} could not be asked (${url}): ${why}.`, {
    retry: isTrustProblem ? 'never' : 'later',
    cause: error,
  });
}
