/** Usage: api-process.ts FILE INSTANCES, as a child. A control plane with its API on loopback, over simulated hosts. */
import { createApi } from '../../src/api/server.ts';
import { IdentityServices } from '../../src/auth/services.ts';
import { nodeClock } from '../../src/drivers/node-clock.ts';
import { FullCloud } from './full-cloud.ts';

const [path = '', instances = '0'] = process.argv.slice(2);
const cloud = new FullCloud(path);
await cloud.start(Number(instances));
const identity = new IdentityServices({ store: cloud.store, clock: nodeClock, feed: cloud.control.feed });
const { auth } = identity;
await auth.ensureAdministrator('admin');
const token = await auth.createToken({ role: 'administrator', account: 'admin', name: 'bench' });
const api = createApi({ cloud: cloud.control, identity, version: 'bench', rates: { ofCredential: Infinity, logIns: Infinity } });
const { url } = await api.listen({ port: 0 });
process.send?.({ url, token });

process.on('message', async (created: string[]) => {
  await cloud.remove(created);
  process.send?.('removed');
});
process.once('disconnect', () => process.exit(0));
