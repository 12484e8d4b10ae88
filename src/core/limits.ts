import { GiB, KiB } from './units.ts';

/** Every limit of the cloud in one place. Checked at admission. */
export const limits = {
  /** RFC 1123 label: names become host names. */
  nameLengthMax: 63,
  labelsMax: 64,
  labelKeyLengthMax: 63,
  labelValueLengthMax: 255,
  descriptionLengthMax: 1_000,
  displayNameLengthMax: 200,
  /** Source: RFC 5321, 4.5.3.1.3. */
  emailLengthMax: 254,

  membersPerProjectMax: 500,
  membersPerGroupMax: 2_000,
  sharesPerResourceMax: 100,

  pageSizeDefault: 100,
  pageSizeMax: 1_000,
  requestBodyBytesMax: 1_048_576,
  /** How long `?wait=settled` blocks at most, seconds. */
  waitSecondsMax: 600,
  /** How long an answer is kept for a repeated idempotency key, hours. */
  idempotencyHours: 24,
  eventsKept: 100_000,

  /** Open connections to each port of the API. */
  connectionsMax: 10_000,
  connectionsPerAddressMax: 1_000,
  tlsHandshakeSecondsMax: 10,
  requestHeadersSecondsMax: 15,
  /** A request with its body. */
  requestSecondsMax: 60,
  idleConnectionSecondsMax: 75,
  /** An answer of which nobody takes anything for so long is cut off. */
  stalledReaderSecondsMax: 60,
  /** A whole building may stand behind one address. */
  requestsPerMinuteOfAddressMax: 12_000,
  requestsPerMinuteOfCredentialMax: 6_000,
  /** A class that comes in at nine. Each costs a password's hash. */
  logInsPerMinuteOfAddressMax: 60,
  /** Of accounts, and what sends mail. */
  registrationsPerMinuteOfAddressMax: 30,

  instancesPerRequestMax: 100,
  vcpusMax: 128,
  memoryMibMin: 64,
  memoryMibMax: 4 * 1024 * 1024,
  swapMibMax: 1024 * 1024,
  diskGibMax: 16_384,
  /** As given by the user, before any compression. Source: the issue; EC2 allows 16 KiB, OpenStack 64 KiB. */
  userDataBytesMax: 64 * KiB,
  keysPerInstanceMax: 32,
  sshKeyLengthMax: 16 * KiB,
  stopTimeoutSecondsDefault: 90,
  stopTimeoutSecondsMax: 3_600,

  /** After the end of its lease an instance is kept, stopped, for so long. */
  leaseGraceDays: 7,

  imageBytesMax: 64 * GiB,
  imageVirtualBytesMax: 2_048 * GiB,
} as const;
