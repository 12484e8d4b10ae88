import type { Observed, Waiting } from '../../core/resource.ts';
import type { Host } from '../../kinds/host/host.ts';
import type { Image } from '../../kinds/image/image.ts';
import type { Instance } from '../../kinds/instance/instance.ts';
import type { Live } from '../cloud/contract.ts';

/** Something that is wrong, or waits for a person; whatever is needed to say why and to help. */
export type Trouble =
  | { readonly is: 'host-lost'; readonly resource: Live<Host>; readonly instances: readonly Live<Instance>[] }
  | { readonly is: 'instance-failed'; readonly resource: Live<Instance> }
  | { readonly is: 'import-failed'; readonly resource: Live<Image> }
  | { readonly is: 'waits'; readonly resource: Live<Instance> | Live<Image>; readonly waiting: Waiting }
  /** It stops again and again by itself, and is started again. */
  | { readonly is: 'instance-restarts'; readonly resource: Live<Instance>; readonly restarts: number }
  /** `freeShare`: of 1. */
  | { readonly is: 'disk-low'; readonly resource: Live<Host>; readonly freeShare: number }
  | { readonly is: 'host-cordoned'; readonly resource: Live<Host>; readonly instances: readonly Live<Instance>[] };

/** The worst first. */
const order: readonly Trouble['is'][] = ['host-lost', 'instance-failed', 'import-failed', 'waits', 'instance-restarts', 'disk-low', 'host-cordoned'];

/** A host with less of its disk free than this is nearly full, of 1. */
const diskLowBelow = 0.1;

export interface Lists {
  readonly hosts: readonly Live<Host>[];
  readonly images: readonly Live<Image>[];
  readonly instances: readonly Live<Instance>[];
  readonly instancesByHost: ReadonlyMap<string, readonly Live<Instance>[]>;
}

export function findTroubles({ hosts, images, instances, instancesByHost }: Lists): Trouble[] {
  const found: Trouble[] = [];
  for (const host of hosts) {
    const { facts, diskFreeBytes } = host.status;
    const there = instancesByHost.get(host.id) ?? [];
    if (host.state === 'lost') found.push({ is: 'host-lost', resource: host, instances: there });
    // A host may be lost and cordoned: the worse says it.
    else if (host.state === 'cordoned') found.push({ is: 'host-cordoned', resource: host, instances: there });
    const freeShare = facts === null || facts.diskTotalBytes === 0 ? 1 : diskFreeBytes / facts.diskTotalBytes;
    if (freeShare < diskLowBelow) found.push({ is: 'disk-low', resource: host, freeShare });
  }
  for (const image of images) {
    if (image.state === 'failed') found.push({ is: 'import-failed', resource: image });
    else pushWaiting(found, image);
  }
  for (const instance of instances) {
    const { failure, seen } = instance.status;
    if (instance.state === 'failed') found.push({ is: 'instance-failed', resource: instance });
    else if (isForPeople(instance.status.waitingFor)) pushWaiting(found, instance);
    // What nobody can see now is told by its lost host.
    else if (failure !== null && (seen?.restarts ?? 0) > 0 && ['running', 'starting'].includes(instance.state))
      found.push({ is: 'instance-restarts', resource: instance, restarts: seen?.restarts ?? 0 });
  }
  return found.sort((a, b) => order.indexOf(a.is) - order.indexOf(b.is) || compare(a.resource.name, b.resource.name));
}

function pushWaiting(found: Trouble[], resource: Live<Instance> | Live<Image>): void {
  const waiting = (resource.status as Observed).waitingFor;
  if (isForPeople(waiting)) found.push({ is: 'waits', resource, waiting });
}

/** Nothing goes on before somebody does something. */
function isForPeople(waiting: Waiting | null): waiting is Waiting {
  return waiting !== null && (waiting.owner === 'user' || waiting.owner === 'administrator');
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
