import { expect, test } from 'vitest';
import { systemCaller } from '../../control/admission.ts';
import { createResources, deleteResource, updateResource } from '../../control/requests.ts';
import { SqliteStore } from '../../control/store/sqlite-store.ts';
import { SimClock } from '../../drivers/sim/sim-clock.ts';
import type { ImageStore } from '../../ports/image-store.ts';
import { bootstrap } from '../bootstrap.ts';
import { instanceOf } from '../instance/instance.fixture.ts';
import { ControlPlane } from '../control-plane.ts';

const publicKey = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ5bmlYdDZ3T0gWg6jQmS9xkXN3v3yqGJ8kYwq2n1b7t';

async function cloudWithProject() {
  const cloud = new ControlPlane({ store: new SqliteStore(':memory:'), clock: new SimClock(1), images: { recipes: [] } as unknown as ImageStore });
  await bootstrap(cloud, { cidr: '10.99.0.0/16', nat: true });
  const slice = cloud.slice('project');
  const { resources } = await createResources(cloud, slice, systemCaller, [{ name: 'physics', project: null, labels: {}, body: {} }]);
  return { cloud, slice, id: resources[0]?.id ?? '' };
}

test('a project that owns something stays until it owns nothing', async () => {
  const { cloud, slice, id } = await cloudWithProject();
  const keys = cloud.slice('ssh-key');
  const { resources } = await createResources(cloud, keys, systemCaller, [{ name: 'me', project: id, labels: {}, body: { publicKey } }]);
  await expect(deleteResource(cloud, slice, systemCaller, id, null)).rejects.toMatchObject({ code: 'IN_USE', params: { users: '1 ssh-key' } });
  await deleteResource(cloud, keys, systemCaller, resources[0]?.id ?? '', null);
  expect(await deleteResource(cloud, slice, systemCaller, id, null)).toBe(null);
});

test('nothing is made in a project that is gone by then', async () => {
  const { cloud, slice, id } = await cloudWithProject();
  const keys = cloud.slice('ssh-key');
  await deleteResource(cloud, slice, systemCaller, id, null);
  const late = createResources(cloud, keys, systemCaller, [{ name: 'me', project: id, labels: {}, body: { publicKey } }]);
  await expect(late).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

test('of a project that is deleted while something is made in it, either goes through, never both', async () => {
  for (const isDeletedFirst of [true, false]) {
    const { cloud, slice, id } = await cloudWithProject();
    const make = () => createResources(cloud, cloud.slice('ssh-key'), systemCaller, [{ name: 'me', project: id, labels: {}, body: { publicKey } }]);
    const drop = () => deleteResource(cloud, slice, systemCaller, id, null);
    const [slow, quick] = isDeletedFirst ? [make, drop] : [drop, make];
    // The quick one is done between the other's decision and its commit.
    const commit = cloud.store.commit.bind(cloud.store);
    cloud.store.commit = async (changes) => {
      cloud.store.commit = commit;
      await quick();
      return commit(changes);
    };
    await expect(slow()).rejects.toMatchObject({ code: isDeletedFirst ? 'NOT_FOUND' : 'IN_USE' });
    expect(await cloud.store.count('ssh-key')).toBe(isDeletedFirst ? 0 : 1);
    expect((await cloud.store.get('project', id)) === null).toBe(isDeletedFirst);
  }
});

test('a project keeps its name while instances are known by it', async () => {
  const { cloud, slice, id } = await cloudWithProject();
  const instance = instanceOf({}, { project: id });
  await cloud.store.commit([{ op: 'put', resource: instance, expectedRevision: 0, indexed: cloud.registry.indexed(instance) }]);
  const renaming = updateResource(cloud, slice, systemCaller, id, { name: 'chemistry', body: {} }, null);
  await expect(renaming).rejects.toMatchObject({ code: 'NOT_CHANGEABLE' });
});

test('another project may have another name, the default one may not', async () => {
  const { cloud, slice, id } = await cloudWithProject();
  expect(await updateResource(cloud, slice, systemCaller, id, { name: 'chemistry', body: {} }, null)).toMatchObject({ name: 'chemistry' });
  const standard = await cloud.store.getByKey('project', 'name//default');
  const renaming = updateResource(cloud, slice, systemCaller, standard?.id ?? '', { name: 'other', body: {} }, null);
  await expect(renaming).rejects.toMatchObject({ code: 'NOT_CHANGEABLE' });
});
