import { expect, test } from 'vitest';
import { testCloud } from '../../api/api.fixture.ts';

test('of a host that is deleted while an instance is placed on it, either goes through, never both', async () => {
  for (const isDeletedFirst of [true, false]) {
    const world = await testCloud();
    const { cloud, ask, store, host } = world;
    const make = () => ask('POST', '/v1/instances', { name: 'ada', image: 'tiny', type: 't1.micro' });
    const drop = () => ask('DELETE', '/v1/hosts/lab1');
    const [slow, quick] = isDeletedFirst ? [make, drop] : [drop, make];
    // The quick one is done between the other's decision and its commit.
    const commit = cloud.store.commit.bind(cloud.store);
    cloud.store.commit = async (changes) => {
      cloud.store.commit = commit;
      await quick();
      return commit(changes);
    };
    expect((await slow()).json()).toMatchObject({ code: isDeletedFirst ? 'NO_HOST_FITS' : 'IN_USE' });
    expect(await store.count('instance')).toBe(isDeletedFirst ? 0 : 1);
    expect((await store.get('host', host.id)) === null).toBe(isDeletedFirst);
    await world.close();
  }
});
