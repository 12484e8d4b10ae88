import { chmodSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import pino from 'pino';
import { createApi } from '../src/api/server.ts';
import type { Auth } from '../src/auth/auth.ts';
import { SecretBox } from '../src/auth/secret-box.ts';
import { IdentityServices } from '../src/auth/services.ts';
import { SqliteStore } from '../src/control/store/sqlite-store.ts';
import { FileImageStore } from '../src/drivers/file/image-store.ts';
import { nodeClock } from '../src/drivers/node-clock.ts';
import { buildRecipe, recipes } from '../src/drivers/recipe/index.ts';
import { bootstrap } from '../src/kinds/bootstrap.ts';
import { ControlPlane } from '../src/kinds/control-plane.ts';
import { defaultHomeDir, ensureSecretKey, homePaths, readCloud, readPrivate, writePrivate, type Home } from '../src/local/home.ts';
import { hostName } from '../src/local/host-name.ts';
import { hostAuthority, serverCertificate } from './door.ts';
import { version } from '../src/version.ts';
import { identityDrivers } from './identity-drivers.ts';

/** See bin/setup/appliance-packages.mjs. */
const setUpPackagesDir = new URL('../.cache/packages', import.meta.url).pathname;

/** `stratus server`: the control plane of one home, on its unix socket and on loopback. */
export async function runServer(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({ args: [...args], options: { home: { type: 'string', default: process.env['STRATUS_HOME'] ?? defaultHomeDir } } });
  const home = homePaths(values.home);
  const facts = readCloud(home);
  if (facts === null) throw new Error(`there is no cloud in ${home.dir}; start one with: npm start`);
  const log = pino({ name: 'server' });
  const clock = nodeClock;
  // The agent's disks share image files with ours under names of their own: nobody else has to come in here.
  mkdirSync(home.controlDir, { recursive: true, mode: 0o700 });
  chmodSync(home.controlDir, 0o700);
  mkdirSync(home.runDir, { recursive: true });

  const store = new SqliteStore(home.database);
  const images = new FileImageStore({
    dir: home.controlDir,
    allowLoopback: process.env['STRATUS_ALLOW_LOOPBACK_IMAGES'] === '1',
    recipes: recipes.map((recipe) => ({
      name: recipe.name,
      description: recipe.description,
      architecture: recipe.architecture,
      diskSizeBytes: recipe.diskSizeBytes,
      memoryMibMin: recipe.minMemoryMib,
      firmware: 'bios' as const,
      loginUser: recipe.loginUser,
    })),
    // What set-up has fetched already is taken from there.
    buildRecipe: (name, options) =>
      buildRecipe(name, { cacheDir: existsSync(join(setUpPackagesDir, `${name}.json`)) ? setUpPackagesDir : home.packagesDir, ...options }),
  });
  const cloud = new ControlPlane({ store, clock, images, onError: (what, error) => log.warn({ err: error }, what) });
  await bootstrap(cloud, { cidr: facts.cidr, nat: facts.nat });
  const identity = new IdentityServices({
    store,
    clock,
    feed: cloud.feed,
    box: new SecretBox(ensureSecretKey(home)),
    ...identityDrivers(clock),
    onError: (what, error) => log.warn({ err: error }, what),
  });
  await ensureAccess(home, identity.auth);
  const { listen = null, names = [] } = facts;
  const api = createApi({
    cloud,
    identity,
    logger: log,
    version,
    webDir: fileURLToPath(new URL('../dist/web', import.meta.url)),
    ...(listen === null ? {} : { hostAuthority: await hostAuthority(home, facts) }),
    callerAuthorities: identity.callerAuthorities,
    // The address in mails is one by which people come.
    ownNames: () => [...names, ...namesIn(identity.settings.current.site.url)],
  });
  const certificate =
    listen === null
      ? null
      : await serverCertificate(home, facts, (error) => log.warn({ err: error }, 'the new certificate cannot be used; the one before stays'));
  await cloud.start();
  await api.listen({
    port: facts.port,
    socketPath: home.serverSocket,
    ...(listen === null || certificate === null ? {} : { tls: { port: listen.port, host: listen.address, certificate } }),
  });
  log.info({ port: facts.port, socket: home.serverSocket, tls: listen, fingerprint: certificate?.current().fingerprint }, 'control plane is up');
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, async () => {
      cloud.stop();
      await api.close();
      await store.close();
      process.exit(0);
    });
  }
}

function namesIn(url: string | null): string[] {
  const host = url === null ? undefined : URL.parse(url)?.hostname;
  return host === undefined || host === '' ? [] : [host];
}

/** The administrator's account and token, and the agent's: made at the first start, found afterwards. */
async function ensureAccess(home: Home, auth: Auth): Promise<void> {
  const administrator = await auth.ensureAdministrator('admin');
  if (administrator.password !== null) writePrivate(home.adminPassword, administrator.password);
  if (readPrivate(home.adminToken) === null)
    writePrivate(home.adminToken, await auth.createToken({ role: 'administrator', account: 'admin', name: 'this machine' }));
  if (readPrivate(home.agentToken) === null)
    writePrivate(home.agentToken, await auth.createToken({ role: 'agent', host: hostName(), name: `agent of ${hostName()}` }));
}
