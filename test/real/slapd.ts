import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A real directory on loopback. */
export interface Slapd {
  /** `ldap://127.0.0.1:…`, on which StartTLS works as well where it has a certificate. */
  readonly url: string;
  /** `ldaps://127.0.0.1:…` */
  readonly secureUrl: string;
  /** PEM of the authority that vouches for its certificate, which is for 127.0.0.1 and localhost. */
  readonly caCertificate: string;
  readonly rootDn: string;
  readonly rootPassword: string;
  readonly port: number;
  readonly pid: number;
  /** Changes entries while it runs: LDIF of `ldapmodify`, new entries with `changetype: add`. */
  modify(ldif: string): Promise<void>;
  /** Ends it; the data stays. */
  stop(): Promise<void>;
  /** Starts it again at the same address. */
  start(): Promise<void>;
  /** Ends it and removes its data. */
  remove(): Promise<void>;
}

export interface SlapdOptions {
  /** LDIF of all that is in it; default {@link originalTreeLdif}. */
  readonly ldif?: string;
  /** DN of the tree's root, default `o=cloud`. */
  readonly suffix?: string;
  /** Whether nobody may search without a log-in, default false. */
  readonly isClosed?: boolean;
}

/** The password of everybody in {@link originalTreeLdif}. */
export const password = 'correct horse';

/** The certificate of Ada, as grid tools print it. */
export const certificateOfAda = '/C=FR/O=GRID-FR/OU=LAL/CN=Ada Lovelace';

/**
 * The tree that StratusLab's registration kept: `ada` may use the cloud and is in `physics`; `bob` is registered and
 * not yet let in; `twin` is there twice; `zoë` has a name with more than ASCII; `locked` has no password.
 */
export function originalTreeLdif(): string {
  const entry = (dn: string, objectClass: string, attributes: Readonly<Record<string, string | readonly string[]>>): string => {
    const lines = Object.entries(attributes).flatMap(([type, values]) => [values].flat().map((value) => line(type, value)));
    return [line('dn', dn), `objectClass: ${objectClass}`, ...lines, ''].join('\n');
  };
  const person = (uid: string, name: string, more: Readonly<Record<string, string>> = {}, below = 'ou=users,o=cloud'): string => {
    const [givenName = '', sn = ''] = name.split(' ');
    return entry(`uid=${uid},${below}`, 'inetOrgPerson', { uid, cn: name, givenName, sn, ...more });
  };
  const unit = (dn: string, ou: string): string => entry(dn, 'organizationalUnit', { ou });
  const dnOf = (uid: string): string => `uid=${uid},ou=users,o=cloud`;
  const group = (cn: string, objectClass: string, attributes: Readonly<Record<string, string | readonly string[]>>): string =>
    entry(`cn=${cn},ou=groups,o=cloud`, objectClass, { cn, ...attributes });
  const userPassword = saltedSha(password);
  return [
    entry('o=cloud', 'organization', { o: 'cloud' }),
    unit('ou=users,o=cloud', 'users'),
    unit('ou=groups,o=cloud', 'groups'),
    unit('ou=visitors,ou=users,o=cloud', 'visitors'),
    person('ada', 'Ada Lovelace', { mail: 'ada@example.org', seeAlso: 'CN=Ada Lovelace,OU=LAL,O=GRID-FR,C=FR', userPassword }),
    person('bob', 'Bob Bernoulli', { mail: 'bob@example.org', userPassword }),
    person('twin', 'Tweedledum Carroll', { userPassword }),
    person('twin', 'Tweedledee Carroll', { userPassword }, 'ou=visitors,ou=users,o=cloud'),
    person('zoë', 'Zoë Å', { userPassword }),
    person('locked', 'Lock Keeper'),
    group('cloud-access', 'groupOfUniqueNames', { uniqueMember: ['ada', 'twin', 'zoë', 'locked'].map(dnOf) }),
    group('physics', 'groupOfUniqueNames', { uniqueMember: dnOf('ada') }),
    group('unix', 'posixGroup', { gidNumber: '100', memberUid: 'ada' }),
    group('names', 'groupOfNames', { member: dnOf('ada') }),
  ].join('\n');
}

/** Of LDIF (RFC 2849): what is not plain ASCII goes as base64. */
function line(type: string, value: string): string {
  return /^[!-~][ -~]*$/.test(value) ? `${type}: ${value}` : `${type}:: ${Buffer.from(value).toString('base64')}`;
}

/** As the original's registration keeps passwords: `{SSHA}` with a salt of 8 bytes. */
function saltedSha(text: string): string {
  const salt = randomBytes(8);
  return `{SSHA}${Buffer.concat([createHash('sha1').update(text).update(salt).digest(), salt]).toString('base64')}`;
}

export async function startSlapd(options: SlapdOptions = {}): Promise<Slapd> {
  const suffix = options.suffix ?? 'o=cloud';
  const dir = await mkdtemp(join(tmpdir(), 'stratus-slapd-'));
  const [port, securePort] = [await freePort(), await freePort()];
  const rootDn = `cn=admin,${suffix}`;
  const rootPassword = 'root secret';
  await mkdir(join(dir, 'data'));
  await makeCertificate(dir);
  await writeFile(join(dir, 'tree.ldif'), options.ldif ?? originalTreeLdif());
  await writeFile(
    join(dir, 'slapd.conf'),
    [
      ...['core', 'cosine', 'nis', 'inetorgperson'].map((schema) => `include /etc/ldap/schema/${schema}.schema`),
      'modulepath /usr/lib/ldap',
      'moduleload back_mdb',
      // As careless as many directories are: a name without a password is let in as nobody.
      'allow bind_anon_dn',
      `TLSCACertificateFile ${dir}/ca.pem`,
      `TLSCertificateFile ${dir}/cert.pem`,
      `TLSCertificateKeyFile ${dir}/key.pem`,
      'database mdb',
      `suffix "${suffix}"`,
      `rootdn "${rootDn}"`,
      `rootpw "${rootPassword}"`,
      `directory ${dir}/data`,
      'index objectClass,uid,cn,uniqueMember,seeAlso eq',
      'access to attrs=userPassword by anonymous auth by * none',
      `access to * by users read by anonymous ${options.isClosed === true ? 'auth' : 'read'}`,
      '',
    ].join('\n'),
  );
  await run('slapadd', ['-f', join(dir, 'slapd.conf'), '-l', join(dir, 'tree.ldif')]);

  const url = `ldap://127.0.0.1:${port}`;
  const secureUrl = `ldaps://127.0.0.1:${securePort}`;
  let slapd: ChildProcess;
  const start = async (): Promise<void> => {
    slapd = spawn('slapd', ['-f', join(dir, 'slapd.conf'), '-h', `${url} ${secureUrl}`, '-d', '0'], { stdio: ['ignore', 'ignore', 'inherit'] });
    await Promise.all([answers(port), answers(securePort)]);
  };
  const stop = async (): Promise<void> => {
    if (slapd.exitCode !== null || slapd.signalCode !== null) return;
    const ended = once(slapd, 'exit');
    slapd.kill();
    await ended;
  };
  await start();
  return {
    url,
    secureUrl,
    caCertificate: await readFile(join(dir, 'ca.pem'), 'utf8'),
    rootDn,
    rootPassword,
    port,
    get pid() {
      return slapd.pid ?? 0;
    },
    async modify(ldif) {
      await writeFile(join(dir, 'change.ldif'), ldif);
      await run('ldapmodify', ['-x', '-H', url, '-D', rootDn, '-w', rootPassword, '-f', join(dir, 'change.ldif')]);
    },
    stop,
    start,
    async remove() {
      await stop();
      await rm(dir, { recursive: true });
    },
  };
}

/** An authority and a certificate of the directory that it signed. */
async function makeCertificate(dir: string): Promise<void> {
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  const file = (name: string) => join(dir, name);
  await run('openssl', [
    'req',
    '-x509',
    ...newKey,
    '-days',
    '2',
    '-subj',
    '/O=cloud/CN=Test CA',
    '-keyout',
    file('ca-key.pem'),
    '-out',
    file('ca.pem'),
  ]);
  await run('openssl', ['req', ...newKey, '-subj', '/O=cloud/CN=directory', '-keyout', file('key.pem'), '-out', file('request.pem')]);
  await writeFile(file('extensions'), 'subjectAltName=IP:127.0.0.1,DNS:localhost\n');
  const signing = ['-CA', file('ca.pem'), '-CAkey', file('ca-key.pem'), '-CAcreateserial', '-days', '2', '-extfile', file('extensions')];
  await run('openssl', ['x509', '-req', '-in', file('request.pem'), ...signing, '-out', file('cert.pem')]);
}

export async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Returns when something listens there; throws after ten seconds. */
export async function answers(port: number): Promise<void> {
  for (let n = 0; n < 200; n++) {
    const isThere = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => resolve(socket.destroy() !== null));
      socket.once('error', () => resolve(false));
    });
    if (isThere) return;
    await sleep(50);
  }
  throw new Error(`nothing listens on port ${port}`);
}
