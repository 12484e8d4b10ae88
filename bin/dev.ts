import { duplexPair } from 'node:stream';
import { parseArgs } from 'node:util';
import { createServer } from 'vite';
import { createApi } from '../src/api/server.ts';
import { Auth } from '../src/auth/auth.ts';
import { nodeClock } from '../src/drivers/node-clock.ts';
import { version } from '../src/version.ts';
import { populate } from './sim/populate.ts';
import { simulatedCloud } from './sim/simulated-cloud.ts';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '5173' },
    hosts: { type: 'string', default: '4' },
    instances: { type: 'string', default: '24' },
    help: { type: 'boolean', short: 'h', default: false },
  },
});
if (values.help) {
  console.log(`Usage: npm run dev [-- OPTION...]

The whole cloud with simulated hosts, and its page with hot reload. Needs no root; nothing of it outlives Ctrl-C.

  --port N         of the page, on 127.0.0.1 (default 5173)
  --hosts N        simulated hosts (default 4)
  --instances N    to begin with (default 24)`);
  process.exit(0);
}

const apiPort = Number(values.port) + 1;
const cloud = await simulatedCloud({
  hosts: Number(values.hosts),
  realClock: true,
  channel: async (session) => {
    const [agentsEnd, apisEnd] = duplexPair();
    api.channels.accept(session, apisEnd);
    return agentsEnd;
  },
});
const auth = new Auth(cloud.store, nodeClock);
const { password } = await auth.ensureAdministrator('admin');
const api = createApi({ cloud: cloud.control, auth, version, name: 'simulated' });
await api.listen({ port: apiPort });
await populate(cloud, Number(values.instances));

const target = `http://127.0.0.1:${apiPort}`;
const page = await createServer({
  configFile: new URL('../src/web/vite.config.ts', import.meta.url).pathname,
  server: { port: Number(values.port), strictPort: true, host: '127.0.0.1', proxy: { '/v1': { target, ws: true } } },
});
await page.listen();
console.log(`The simulated cloud is at http://127.0.0.1:${values.port}: user admin, password ${password}`);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(0));
