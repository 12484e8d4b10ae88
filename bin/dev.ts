import { parseArgs } from 'node:util';
import { createServer } from 'vite';
import { ServedCloud } from './sim/served-cloud.ts';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '5173' },
    hosts: { type: 'string', default: '5' },
    instances: { type: 'string', default: '24' },
    help: { type: 'boolean', short: 'h', default: false },
  },
});
if (values.help) {
  console.log(`Usage: npm run dev [-- OPTION...]

The whole cloud with simulated hosts, and its page with hot reload. Needs no root; nothing of it outlives Ctrl-C.
What is changed of the page is exchanged in the open page. What is changed of the cloud starts the cloud anew.

  --port N         of the page, on 127.0.0.1 (default 5173); the API is on the next one
  --hosts N        simulated hosts (default 5; from 3 on, one is cordoned and one is lost)
  --instances N    to begin with (default 24; 0: an empty cloud)

The administrator's password is random, or what STRATUS_DEV_PASSWORD says.`);
  process.exit(0);
}

// Of the other parts, nothing is worth saying good-bye to.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(0));

const port = Number(values.port);
const password = process.env['STRATUS_DEV_PASSWORD'];
const sizes = { hosts: Number(values.hosts), instances: Number(values.instances) };
const lab = await ServedCloud.open({ port: port + 1, ...sizes, password }).catch(tellTaken);
const page = await createServer({
  configFile: new URL('../src/web/vite.config.ts', import.meta.url).pathname,
  // Its other loaders write files that are gone soon after, which whoever watches ours would take for a change.
  configLoader: 'native',
  server: { port, strictPort: true, host: '127.0.0.1', proxy: { '/v1': { target: lab.url, ws: true } } },
});
await page.listen().catch(tellTaken);
console.log(`The simulated cloud is at http://127.0.0.1:${port}: user admin, password ${lab.password}`);

function tellTaken(error: unknown): never {
  if (!/in use/i.test(String(error))) throw error;
  console.error(`The ports ${port} and ${port + 1} are needed, and one is taken.\n→ Choose others: npm run dev -- --port N`);
  process.exit(1);
}
