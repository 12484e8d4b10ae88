import { DriverError } from '../../core/driver-error.ts';
import type { XdrReader } from './xdr.ts';

/** Source: libvirt's virterror.h. */
export const errorCodes = {
  internal: 1,
  noSupport: 3,
  invalidArgument: 8,
  xml: 27,
  domainExists: 28,
  xmlDetail: 35,
  rpc: 39,
  noDomain: 42,
  operationInvalid: 55,
  configUnsupported: 67,
  operationTimeout: 68,
  argumentUnsupported: 74,
  noMetadata: 80,
  operationUnsupported: 84,
  agentUnresponsive: 86,
  resourceBusy: 87,
  accessDenied: 88,
} as const;

/** What libvirt answered to a call, in its own words and numbers. */
export class LibvirtError extends Error {
  override readonly name = 'LibvirtError';
  /** VIR_ERR_…, see {@link errorCodes}. */
  readonly code: number;
  /** VIR_FROM_…: the part of libvirt that refused, e.g. 10 for its QEMU driver. */
  readonly domain: number;

  constructor(message: string, code: number, domain: number) {
    super(message);
    this.code = code;
    this.domain = domain;
  }
}

/** The connection to libvirt was not there, broke, or stopped answering: nothing is known about the call's outcome. */
export class ConnectionLost extends Error {
  override readonly name = 'ConnectionLost';
}

/** virNetMessageError up to the message; the rest repeats it. */
export function readLibvirtError(reader: XdrReader): LibvirtError {
  const code = reader.int();
  const domain = reader.int();
  const message = reader.optional(() => reader.string());
  return new LibvirtError(message ?? `libvirt gave no reason (code ${code})`, code, domain);
}

const never: readonly number[] = [
  errorCodes.noSupport,
  errorCodes.invalidArgument,
  errorCodes.xml,
  errorCodes.xmlDetail,
  errorCodes.configUnsupported,
  errorCodes.argumentUnsupported,
  errorCodes.operationUnsupported,
  errorCodes.accessDenied,
];
const soon: readonly number[] = [
  errorCodes.rpc,
  errorCodes.noDomain,
  errorCodes.operationInvalid,
  errorCodes.operationTimeout,
  errorCodes.agentUnresponsive,
  errorCodes.resourceBusy,
];

/** At the driver's edge: any failure becomes a DriverError that says what was being done, e.g. `start i-…`. */
export function asDriverError(doing: string, error: unknown): DriverError {
  if (error instanceof DriverError) return error;
  if (error instanceof LibvirtError) {
    const retry = never.includes(error.code) ? 'never' : soon.includes(error.code) ? 'soon' : 'later';
    return new DriverError(`libvirt refused to ${doing}: ${error.message}`, { retry, cause: error });
  }
  const message = error instanceof Error ? error.message : String(error);
  const retry = error instanceof ConnectionLost ? 'soon' : 'later';
  return new DriverError(`could not ${doing}: ${message}`, { retry, cause: error });
}
