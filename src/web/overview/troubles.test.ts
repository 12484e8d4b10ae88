import { expect, test } from 'vitest';
import { initialObserved } from '../../core/schema.ts';
import { GiB } from '../../core/units.ts';
import { hostKind, type Host, type HostFacts } from '../../kinds/host/host.ts';
import { imageKind, type Image } from '../../kinds/image/image.ts';
import { instanceOf, noonMs } from '../../kinds/instance/instance.fixture.ts';
import { instanceKind, type Instance, type Seen } from '../../kinds/instance/instance.ts';
import type { Live } from '../cloud/contract.ts';
import { findTroubles, type Lists } from './troubles.ts';
import { whoUses } from './who-uses.ts';

const noon = new Date(noonMs).toISOString();
const failure = { code: 'ended', reason: 'the guest ended', at: noon, consoleTail: [] };
const waitingForUser = { code: 'never-ran', reason: 'it never ran', owner: 'user', since: noon, deadline: null, next: 'start it' } as const;

function instance(name: string, status: Partial<Instance['status']> = {}, host = 'host-1'): Live<Instance> {
  const made = instanceOf({ host }, { id: `i-${name}`, name, status: { ...instanceOf().status, ...status } });
  return { ...made, state: instanceKind.state(made), settled: false, verbs: {} };
}

function host(name: string, { schedulable = true, lostSince = null as string | null, freeGib = 50 } = {}): Live<Host> {
  const facts = { vcpus: 4, memoryMib: 4_096, diskTotalBytes: 100 * GiB } as HostFacts;
  const status = { ...initialObserved, facts, lastSeenAt: noon, diskFreeBytes: freeGib * GiB, recovery: null, lostSince };
  const made: Host = { ...(instanceOf() as unknown as Host), kind: 'host', id: name, name, spec: { schedulable }, status };
  return { ...made, state: hostKind.state(made), settled: true, verbs: {} };
}

function image(name: string, isFailed: boolean): Live<Image> {
  const status = { ...imageKind.initialStatus, failure: isFailed ? { reason: 'no image', generation: 1 } : null } as Image['status'];
  const made: Image = { ...(instanceOf() as unknown as Image), kind: 'image', id: name, name, status };
  return { ...made, state: imageKind.state(made), settled: false, verbs: {} };
}

const found = (lists: Partial<Lists>) => {
  const all = { hosts: [], images: [], instances: [], ...lists };
  const instancesByHost = Map.groupBy(all.instances, ({ spec }) => spec.host);
  return findTroubles({ ...all, instancesByHost }).map(({ is, resource }) => `${is} ${resource.name}`);
};

test('nothing is wrong with what is as it should be, or on its way', () => {
  const seen = { domain: 'running', bootSerial: 1, restarts: 0 } as Seen;
  expect(found({ hosts: [host('lab1')], images: [image('tiny', false)], instances: [instance('ada', { seen })] })).toEqual([]);
});

test('the worst comes first: lost hosts, failures, what waits for somebody, what repeats itself, what is closed', () => {
  const instances = [
    instance('restarting', { failure, seen: { domain: 'running', bootSerial: 1, restarts: 3 } as Seen }),
    instance('waiting', { waitingFor: waitingForUser }),
    instance('failed', { failure }),
  ];
  const hosts = [host('closed', { schedulable: false }), host('full', { freeGib: 5 }), host('lost', { lostSince: noon })];
  expect(found({ hosts, images: [image('broken', true)], instances })).toEqual([
    'host-lost lost',
    'instance-failed failed',
    'import-failed broken',
    'waits waiting',
    'instance-restarts restarting',
    'disk-low full',
    'host-cordoned closed',
  ]);
});

test('what nobody can see is told once, by its lost host', () => {
  const there = instance('ada', { failure, hostLostSince: noon }, 'lost');
  const lost = host('lost', { lostSince: noon, schedulable: false });
  const [trouble, ...others] = findTroubles({
    hosts: [lost],
    images: [],
    instances: [there],
    instancesByHost: new Map([['lost', [there]]]),
  });
  expect(trouble).toMatchObject({ is: 'host-lost', instances: [{ name: 'ada' }] });
  expect(others).toEqual([]);
});

test('who uses most stands first, by what one asks', () => {
  const of = (project: string, vcpus: number, diskGib: number) => instanceOf({ vcpus, diskBytes: diskGib * GiB }, { project });
  const instances = [of('a', 1, 50), of('b', 2, 1), of('b', 2, 1)];
  expect(whoUses(instances, 'project', 'vcpus').map(({ id, vcpus }) => [id, vcpus])).toEqual([
    ['b', 4],
    ['a', 1],
  ]);
  expect(whoUses(instances, 'project', 'disk')[0]).toMatchObject({ id: 'a', instances: 1, disk: 50 * GiB });
  expect(whoUses(instances, 'createdBy', 'instances')).toMatchObject([{ id: 'system', instances: 3 }]);
});
