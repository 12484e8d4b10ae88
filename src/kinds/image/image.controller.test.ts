import { expect, test } from 'vitest';
import { systemCaller } from '../../control/admission.ts';
import { createResources } from '../../control/requests.ts';
import { SqliteStore } from '../../control/store/sqlite-store.ts';
import { DriverError } from '../../core/driver-error.ts';
import { SimClock } from '../../drivers/sim/sim-clock.ts';
import type { ImageStore } from '../../ports/image-store.ts';
import { ControlPlane } from '../control-plane.ts';
import type { Image } from './image.ts';

test('an import that fails for now is tried again at growing intervals, and says when', async () => {
  const clock = new SimClock(1);
  const store = new SqliteStore(':memory:');
  let tries = 0;
  const images = {
    recipes: [{ name: 'tiny', description: '', architecture: 'x86_64', diskSizeBytes: 0, memoryMibMin: 64, firmware: 'bios', loginUser: 'root' }],
    has: async () => false,
    import: async () => {
      tries++;
      throw new DriverError('the mirror is down', { retry: 'later' });
    },
  } as unknown as ImageStore;
  const cloud = new ControlPlane({ store, clock, images });
  await cloud.start();
  const body = { source: { type: 'recipe', recipe: 'tiny' } };
  const { resources } = await createResources(cloud, cloud.slice('image'), systemCaller, [{ name: 'tiny', project: null, labels: {}, body }]);
  await clock.run(60_000);
  expect(tries).toBeGreaterThan(3);
  expect(tries).toBeLessThan(10);
  const image = (await store.get('image', resources[0]?.id ?? '')) as Image;
  expect(image.status.waitingFor).toMatchObject({ code: 'driver-refused', reason: 'the mirror is down', owner: 'cloud' });
  expect(Date.parse(image.status.waitingFor?.deadline ?? '')).toBeGreaterThan(clock.now());
  cloud.stop();
});
