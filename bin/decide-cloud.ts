import { existsSync } from 'node:fs';
import { libvirtPaths } from '../src/drivers/libvirt/libvirt-paths.ts';
import { pickFreeCidr } from '../src/drivers/linux-bridge/free-cidr.ts';
import { formatPrefix, parsePrefix } from '../src/drivers/linux-bridge/ipv4.ts';
import { findLocalDaemon } from '../src/local/daemon.ts';
import { makeHome, readCloud, writeCloud, type CloudFacts, type Home } from '../src/local/home.ts';
import { LocalError } from '../src/local/local-error.ts';
import { portIsFree } from '../src/local/port.ts';
import type { Progress } from '../src/local/progress.ts';
import { assertDoorIsFree, doorOf, type Door } from './decide-door.ts';
import { wholeNumber } from './local-command.ts';

export interface Wishes {
  readonly port?: string | undefined;
  readonly cidr?: string | undefined;
  readonly nat?: boolean | undefined;
  readonly listen?: string | undefined;
  readonly 'tls-cert'?: string | undefined;
  readonly 'tls-key'?: string | undefined;
  readonly name?: readonly string[] | undefined;
}

const preferredCidrs = ['10.42.0.0/20', '10.57.0.0/20', '172.28.0.0/20', '192.168.144.0/20'];

/** What this home's cloud is: as it was decided at its first start, or decided now. Nothing is made before all is checked. */
export async function decideCloud(home: Home, wishes: Wishes, progress: Progress): Promise<CloudFacts> {
  libvirtPaths(home.dir);
  const port = wishes.port === undefined ? null : wholeNumber('--port', wishes.port, 1, 65_535);
  const cidr = wishes.cidr === undefined ? null : parseCidr(wishes.cidr);
  if (existsSync(home.hostIdentity))
    throw new LocalError(`${home.dir} is that of a host of another cloud`, 'Choose another directory: npm start -- --home /some/where');
  const known = readCloud(home);
  const door = doorOf(wishes, known);
  if (known !== null) return goOnWith(home, known, { port, cidr, nat: wishes.nat ?? known.nat, door });
  await assertFree(port ?? 7480);
  await assertDoorIsFree(port ?? 7480, door);
  const free = await pickFreeCidr(cidr === null ? preferredCidrs : [cidr]);
  if (cidr !== null && free !== cidr)
    throw new LocalError(`--cidr ${cidr} overlaps what this machine reaches already`, `${free} is free; without --cidr a free one is taken.`);
  return progress.step(
    'cloud',
    async () => makeHome(home, { port: port ?? 7480, cidr: free, nat: wishes.nat ?? true, ...door }),
    (cloud) => `${cloud.cloudId} in ${home.dir}, network ${cloud.cidr}`,
  );
}

interface Decided {
  readonly port: number | null;
  readonly cidr: string | null;
  readonly nat: boolean;
  readonly door: Door;
}

/** Instances have addresses of its network: that cannot change behind them. Where it listens can, while nobody does. */
async function goOnWith(home: Home, known: CloudFacts, { port, cidr, nat, door }: Decided): Promise<CloudFacts> {
  const another = 'Leave the option away, or make another cloud with --home.';
  if (cidr !== null && cidr !== known.cidr) throw new LocalError(`The network of this cloud is ${known.cidr} since it was made`, another);
  if (nat !== known.nat) throw new LocalError(`This cloud was made ${known.nat ? 'with' : 'without'} NAT`, another);
  const cloud = { ...known, port: port ?? known.port, ...door };
  const isChanged = JSON.stringify(cloud) !== JSON.stringify({ ...known, ...doorOf({}, known) });
  if (findLocalDaemon(home, 'server') !== null) {
    if (!isChanged) return known;
    const at = cloud.port === known.port ? '' : ` on port ${known.port}`;
    throw new LocalError(`The control plane listens${at} and runs`, `Stop it first; then start it with the new ${at === '' ? 'options' : 'port'}.`);
  }
  await assertFree(cloud.port);
  await assertDoorIsFree(cloud.port, door);
  if (isChanged) writeCloud(home, cloud);
  return cloud;
}

async function assertFree(port: number): Promise<void> {
  if (!(await portIsFree(port)))
    throw new LocalError(
      `Port ${port} is taken`,
      `End what listens there, or choose another port: npm start -- --port ${port < 65_535 ? port + 1 : 7480}`,
    );
}

function parseCidr(text: string): string {
  const prefix = parsePrefix(text);
  if (prefix === null || prefix.length < 16 || prefix.length > 28)
    throw new LocalError(`--cidr ${JSON.stringify(text)} is not an IPv4 prefix from /16 to /28`, 'Give one such as 10.42.0.0/20.', { isUsage: true });
  return formatPrefix(prefix);
}
