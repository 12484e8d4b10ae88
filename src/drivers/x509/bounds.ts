import { MiB, minutes } from '../../core/units.ts';

/** What strangers may make us read, and how much of the administrator's directories counts. */
export const bounds = {
  presentedCertificatesMax: 20,
  certificateBytesMax: 64 * 1024,
  proxiesMax: 10,
  authoritiesInPathMax: 8,
  /** Signatures tried for one path: several authorities of one name multiply. */
  signaturesTriedMax: 40,
  nameAttributesMax: 60,
  extensionsMax: 60,
  attributeCertificatesMax: 10,
  fqansMax: 200,
  verdictsKept: 2_000,
  fqanLengthMax: 500,
  rsaBitsMin: 2_048,
  rsaBitsMax: 16_384,
  filesMax: 10_000,
  fileBytesMax: 1 * MiB,
  crlBytesMax: 64 * MiB,
  certificatesPerFileMax: 200,
  /** Clocks of VOMS servers and authorities are ahead of ours by this much at most. */
  clockSkewMs: 5 * minutes,
} as const;
