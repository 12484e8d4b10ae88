import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { DriverError } from '../../../core/driver-error.ts';
import { formatDuration } from '../../../core/units.ts';
import { guardedLookup, refuseHost, type AddressPolicy } from './address-guard.ts';

export interface RequestOptions {
  readonly policy: AddressPolicy;
  readonly redirectsMax: number;
  readonly stallTimeoutMs: number;
  /** Certificates to trust in place of the system's, PEM. */
  readonly ca?: string | undefined;
  readonly signal: AbortSignal;
}

/** A server went silent: worth another attempt. */
export class Stalled extends Error {
  override readonly name = 'Stalled';
}

const redirects = new Set([301, 302, 303, 307, 308]);

/**
 * GET, following redirects. The answer's body is as sent: no content coding is ever undone, which
 * `fetch` would do, Brotli included.
 */
export async function get(url: string, headers: Record<string, string>, options: RequestOptions): Promise<IncomingMessage> {
  let current = judgeUrl(url, null, options.policy);
  for (let hops = 0; ; hops++) {
    const response = await getOnce(current, headers, options);
    const location = response.headers.location;
    if (!redirects.has(response.statusCode ?? 0) || location === undefined) return response;
    response.destroy();
    if (hops === options.redirectsMax) throw new DriverError(`Downloading ${url}: more than ${options.redirectsMax} redirects.`, { retry: 'never' });
    current = judgeUrl(location, current, options.policy);
  }
}

function judgeUrl(text: string, from: URL | null, policy: AddressPolicy): URL {
  const url = URL.parse(text, from?.href);
  const refuse = (why: string): never => {
    const route = from ? `${from.origin} redirects to an address that is refused` : 'The address is refused';
    throw new DriverError(`Downloading: ${route}: ${why}.`, { retry: 'never' });
  };
  if (!url) return refuse('it is not a URL');
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return refuse(`${url.protocol}// is neither http nor https`);
  if (url.username !== '' || url.password !== '') return refuse('it holds a user name or password, which would end up in logs');
  if (from?.protocol === 'https:' && url.protocol === 'http:') return refuse('it leaves https for http');
  const reason = refuseHost(url.hostname, policy);
  return reason ? refuse(`downloads may not go there: ${reason}`) : url;
}

function getOnce(url: URL, headers: Record<string, string>, { policy, stallTimeoutMs, ca, signal }: RequestOptions): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    let body: IncomingMessage | null = null;
    const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
    const request = send(url, {
      headers: { 'accept-encoding': 'identity', 'user-agent': 'StratusLab', ...headers },
      // One connection each: a pooled one would pass by the judgement of its address.
      agent: false,
      lookup: guardedLookup(policy),
      signal,
      // Set here it also counts while the name is looked up and the connection is made.
      timeout: stallTimeoutMs,
      ...(ca === undefined ? {} : { ca }),
    });
    request.on('timeout', () => {
      const stalled = new Stalled(`nothing came for ${formatDuration(stallTimeoutMs)}`);
      // Through the request alone, a reader of the body would only hear that it was cut.
      body?.destroy(stalled);
      request.destroy(stalled);
    });
    request.once('error', reject);
    request.once('response', (response) => {
      body = response;
      // From here on the reader of the body sees the errors; nobody may read it when it is a redirect.
      request.on('error', () => undefined);
      response.on('error', () => undefined);
      resolve(response);
    });
    request.end();
  });
}
