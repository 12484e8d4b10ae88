import { mkdir, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { x509Method } from '../../src/core/x509-method.ts';
import { GridTrust, type GridTrustSettings } from '../../src/drivers/x509/grid-trust.ts';
import type { ChainVerdict } from '../../src/drivers/x509/verdicts.ts';
import { nodeClock } from '../../src/drivers/node-clock.ts';
import { chainOf, layLsc, makeCa, makeServer, makeUser, trust, type Identity, type Proxy, type VomsServer } from './certificates.ts';

/** A grid site: an authority, a person, a VOMS server, and the directories that trust them. */
export interface GridSite {
  readonly dir: string;
  readonly trustDir: string;
  readonly vomsDir: string;
  readonly ca: Identity;
  /** Name of the authority's files without their endings. */
  readonly caHash: string;
  readonly jane: Identity;
  readonly voms: VomsServer;
}

export async function makeGridSite(): Promise<GridSite> {
  const dir = await mkdtemp(join(tmpdir(), 'stratus-grid-'));
  const trustDir = join(dir, 'certificates');
  const vomsDir = join(dir, 'vomsdir');
  await Promise.all([mkdir(trustDir), mkdir(vomsDir)]);
  const ca = await makeCa({ dir, subject: '/C=FR/O=Grid/CN=Test CA', key: 'rsa' });
  const [caHash, jane, server] = await Promise.all([
    trust(ca, trustDir),
    makeUser(ca, { dir, subject: '/C=FR/O=Grid/OU=Lab/CN=Jane Doe', key: 'rsa' }),
    makeServer(ca, { dir, subject: '/C=FR/O=Grid/CN=voms.example.org' }),
  ]);
  const voms = { identity: server, vo: 'testvo', host: 'voms.example.org' };
  await layLsc(vomsDir, voms, [server.subject, ca.subject]);
  return { dir, trustDir, vomsDir, ca, caHash, jane, voms };
}

export function settingsOf({ trustDir, vomsDir }: GridSite, more: Partial<GridTrustSettings> = {}): GridTrustSettings {
  return x509Method({ name: 'grid', trustDir, vomsDir, limitedProxies: 'accept', ...more });
}

/** What a door with these settings, just opened, says to somebody who presents these. */
export async function verdictOf(
  site: GridSite,
  presented: Identity | Proxy | readonly Buffer[],
  more: Partial<GridTrustSettings> = {},
  laterMs = 0,
): Promise<ChainVerdict> {
  const chain = 'certFile' in presented ? chainOf(presented.certFile) : 'file' in presented ? chainOf(presented.file) : presented;
  return new GridTrust(settingsOf(site, more), nodeClock).verifyChain(await chain, nodeClock.now() + laterMs);
}
