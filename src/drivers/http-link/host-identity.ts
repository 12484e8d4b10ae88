import { X509Certificate } from 'node:crypto';
import { DriverError } from '../../core/driver-error.ts';
import { minutes, seconds } from '../../core/units.ts';
import { nodeClock } from '../node-clock.ts';
import { HttpLine, Refused } from './http-line.ts';

/** What makes a machine a host of a cloud elsewhere. Its key never leaves the machine. */
export interface HostIdentity {
  /** `https://…` of the cloud. */
  readonly url: string;
  /** Of the cloud's certificate; null where an authority that this machine knows vouches for it. */
  readonly fingerprint: string | null;
  /** Name of the host. */
  readonly host: string;
  readonly hostId: string;
  readonly keyPem: string;
  readonly certificatePem: string;
}

interface Certified {
  readonly hostId: string;
  readonly name: string;
  readonly certificate: string;
}

const answerMsMax = 15 * seconds;

/** Gives the token away for a certificate. Throws DriverError, with what to do. */
export async function joinCloud(wanted: {
  readonly url: string;
  readonly fingerprint: string | null;
  readonly token: string;
  readonly host: string;
}): Promise<HostIdentity> {
  const { url, fingerprint, token, host: name } = wanted;
  const line = new HttpLine({ base: url, fingerprint });
  try {
    const { keyPem, requestPem } = await newRequest(name);
    const {
      hostId,
      name: host,
      certificate,
    } = await certified(line, 'joining the cloud', '/v1/agent/enrolment', { token, name, request: requestPem });
    return { url, fingerprint, host, hostId, keyPem, certificatePem: certificate };
  } catch (error) {
    const { cause } = error as DriverError;
    if (cause instanceof Refused) throw new DriverError(`${(error as Error).message} ${cause.remedy}`, { retry: 'never', cause });
    throw error;
  } finally {
    line.close();
  }
}

const tryAgainMs = 10 * minutes;

/**
 * Keeps a host's certificate from running out: the last third of its time is for renewing it. What counts is the
 * cloud's clock, which its answers tell: that of this machine may be wrong.
 */
export class IdentityKeeper {
  readonly #save: (identity: HostIdentity) => void;
  /** Time of this machine, ms since 1970. */
  readonly now: () => number;
  #identity: HostIdentity;
  #notBeforeMs = -Infinity;
  #isRenewing = false;

  /** @param save durable when it returns */
  constructor(identity: HostIdentity, save: (identity: HostIdentity) => void, now: () => number = () => nodeClock.now()) {
    this.#identity = identity;
    this.#save = save;
    this.now = now;
  }

  get current(): HostIdentity {
    return this.#identity;
  }

  /** Finds nothing to do nearly always. Throws DriverError when the cloud does not renew it; asks again ten minutes later. */
  async renewIfDue(line: HttpLine): Promise<void> {
    const nowMs = this.now() + line.clockOffsetMs;
    if (this.#isRenewing || nowMs < this.#notBeforeMs || !isInLastThird(this.#identity.certificatePem, nowMs)) return;
    this.#isRenewing = true;
    this.#notBeforeMs = nowMs + tryAgainMs;
    try {
      const { keyPem, requestPem } = await newRequest(this.#identity.host);
      const { certificate } = await certified(line, "renewing this host's certificate", '/v1/agent/certificate', { request: requestPem });
      const renewed = { ...this.#identity, keyPem, certificatePem: certificate };
      // On disk before it is used: its first use ends the one before.
      this.#save(renewed);
      this.#identity = renewed;
    } finally {
      this.#isRenewing = false;
    }
  }
}

/** Whether it can still be used, by this clock. */
export function isInLastThird(certificatePem: string, nowMs: number): boolean {
  const { validFrom, validTo } = new X509Certificate(certificatePem);
  const [fromMs, toMs] = [Date.parse(validFrom), Date.parse(validTo)];
  return nowMs > toMs - (toMs - fromMs) / 3;
}

async function certified(line: HttpLine, what: string, path: string, body: object): Promise<Certified> {
  const answer = await line.ask(what, 'POST', path, { body, timeoutMs: answerMsMax });
  const chunks: Buffer[] = [];
  for await (const chunk of answer) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString()) as Certified;
}

/** A new key, and the request for a certificate for it. What makes it is loaded only now: once in two months. */
async function newRequest(name: string): Promise<{ keyPem: string; requestPem: string }> {
  const { makeCertificateRequest } = await import('../certificate-request.ts');
  return makeCertificateRequest(name);
}
