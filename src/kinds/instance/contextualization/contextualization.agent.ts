import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { KiB } from '../../../core/units.ts';
import type { Seed } from '../../../ports/host-disks.ts';
import type { SeedBuilder } from '../instance.domain.ts';
import { metaDataDocument, networkConfigDocument, vendorDataDocument, type GuestIdentity, type GuestNic } from './seed-documents.ts';
import { userDataKind } from './user-data-kind.ts';

export interface SeedInput {
  readonly identity: GuestIdentity;
  readonly nics: readonly GuestNic[];
  /** As the user gave it; null: none. */
  readonly userData: Uint8Array | null;
  readonly hasSwap: boolean;
}

/** Larger user-data goes into the seed gzipped: cloud-init and our own first-boot reader unpack it. */
const plainUserDataBytesMax = 8 * KiB;
const ethernetMtuBytes = 1500;

/**
 * The four files of a seed. The hash covers what they say and not how it is packed, so that another
 * version of zlib does not rewrite the seed of every instance.
 */
export function buildSeed({ identity, nics, userData, hasSwap }: SeedInput): Seed {
  const metaData = metaDataDocument(identity);
  const networkConfig = networkConfigDocument(nics);
  const vendorData = vendorDataDocument({ hasSwap });
  const plain = userData ?? new Uint8Array(0);
  const hash = hashOf([Buffer.from(metaData), Buffer.from(networkConfig), Buffer.from(vendorData), plain]);
  return { hash, metaData, networkConfig, vendorData, userData: packed(plain) };
}

function packed(content: Uint8Array): Uint8Array {
  if (content.length <= plainUserDataBytesMax || userDataKind(content) === 'gzip') return content;
  const zipped = gzipSync(content, { level: 9 });
  return zipped.length < content.length ? zipped : content;
}

/** Each part goes in with its length: what moves from the end of one to the start of the next changes the hash. */
function hashOf(parts: readonly Uint8Array[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${part.length}\n`).update(part);
  return hash.digest('hex');
}

/** The seed of an instance. Its addresses come by DHCP, where its host has a lease for each of its MACs. */
export const instanceSeed: SeedBuilder = (instance, extra, networks) => {
  const { name, id, spec } = instance;
  return buildSeed({
    identity: { instanceId: id, hostname: name, publicKeys: spec.sshKeys.map((key) => key.publicKey) },
    nics: spec.nics.map((nic) => {
      const mtuBytes = networks.get(nic.network)?.mtuBytes ?? ethernetMtuBytes;
      return { mac: nic.mac, mtuBytes: mtuBytes === ethernetMtuBytes ? null : mtuBytes, fixed: null };
    }),
    userData: extra.userDataBase64 === null ? null : Buffer.from(extra.userDataBase64, 'base64'),
    hasSwap: spec.swapMib > 0,
  });
};
