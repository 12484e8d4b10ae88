import { execFile } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { appendFile, copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Certificate and key in files that tools of the grid take. */
export interface Identity {
  readonly certFile: string;
  /** Mode 0600. */
  readonly keyFile: string;
  /** Slash form. */
  readonly subject: string;
}

/** A proxy with its key and its chain in one file, as grid tools write it. */
export interface Proxy {
  readonly file: string;
}

export interface Made {
  /** Folder for the files; must exist. */
  readonly dir: string;
  /** Slash form: `/C=FR/O=Grid/CN=Jane Doe`. */
  readonly subject: string;
  /** Lines of an OpenSSL extension section, instead of the usual ones. */
  readonly extensions?: readonly string[];
  /** From now; 10. */
  readonly days?: number;
  readonly digest?: 'sha256' | 'sha1' | 'md5';
  /** `ec`, which is made fastest. */
  readonly key?: 'rsa' | 'rsa-1024' | 'ec';
  /** Whose key it gets; one of RSA takes a tenth of a second to make, or several. */
  readonly sameKeyAs?: Identity;
  /** Hex; one of its own where none is given. */
  readonly serial?: string;
}

export const authorityExtensions = [
  'basicConstraints=critical,CA:TRUE',
  'keyUsage=critical,keyCertSign,cRLSign',
  'subjectKeyIdentifier=hash',
] as const;
export const personExtensions = [
  'basicConstraints=critical,CA:FALSE',
  'keyUsage=critical,digitalSignature,keyEncipherment',
  'extendedKeyUsage=clientAuth',
] as const;
export const proxyExtensions = ['keyUsage=critical,digitalSignature', 'proxyCertInfo=critical,language:id-ppl-inheritAll'] as const;

let made = 0;

/** Above a VOMS server it needs a key of RSA: voms-proxy-fake names the algorithm of the authority for its own signature. */
export function makeCa(options: Made): Promise<Identity> {
  return makeCertificate(null, { extensions: authorityExtensions, ...options });
}

export function makeUser(ca: Identity, options: Made): Promise<Identity> {
  return makeCertificate(ca, { extensions: personExtensions, ...options });
}

/** With a key of RSA: VOMS tools can sign with no other. @param hosts names and addresses: `DNS:localhost`, `IP:127.0.0.1` */
export function makeServer(ca: Identity, options: Made, hosts: readonly string[] = ['DNS:localhost', 'IP:127.0.0.1']): Promise<Identity> {
  const usual = ['basicConstraints=critical,CA:FALSE', 'keyUsage=critical,digitalSignature,keyEncipherment', 'extendedKeyUsage=serverAuth'];
  return makeCertificate(ca, { key: 'rsa', extensions: [...usual, `subjectAltName=${hosts.join(',')}`], ...options });
}

/** By OpenSSL, which signs whatever it is told to. `signer` null: signed by itself. */
export async function makeCertificate(signer: Identity | null, options: Made): Promise<Identity> {
  const number = ++made;
  const { dir, subject, extensions = [], days = 10, digest = 'sha256', key = 'ec', serial = (0x10_00_00 + number).toString(16) } = options;
  const base = join(dir, `certificate-${number}`);
  const identity = { certFile: `${base}.pem`, keyFile: `${base}.key`, subject };
  const pem = options.sameKeyAs === undefined ? newKey(key) : await readFile(options.sameKeyAs.keyFile);
  await writeFile(identity.keyFile, pem, { mode: 0o600 });
  await writeFile(`${base}.ext`, `${extensions.join('\n')}\n`);
  await run('openssl', ['req', '-new', '-key', identity.keyFile, '-subj', subject, '-out', `${base}.csr`]);
  const by = signer === null ? ['-signkey', identity.keyFile] : ['-CA', signer.certFile, '-CAkey', signer.keyFile];
  const rest = ['-set_serial', `0x${serial}`, '-days', String(days), `-${digest}`, '-extfile', `${base}.ext`, '-out', identity.certFile];
  await run('openssl', ['x509', '-req', '-in', `${base}.csr`, ...by, ...rest]);
  return identity;
}

/** Faster than a process for each. */
function newKey(kind: 'rsa' | 'rsa-1024' | 'ec'): string {
  const encoding = { privateKeyEncoding: { type: 'pkcs8', format: 'pem' }, publicKeyEncoding: { type: 'spki', format: 'pem' } } as const;
  if (kind === 'ec') return generateKeyPairSync('ec', { namedCurve: 'P-256', ...encoding }).privateKey;
  return generateKeyPairSync('rsa', { modulusLength: kind === 'rsa' ? 2_048 : 1_024, ...encoding }).privateKey;
}

/** By grid-proxy-init. @param of a person, or a proxy that gets a proxy of its own */
export async function makeProxy(of: Identity | Proxy, trustDir: string, ...flags: readonly string[]): Promise<Proxy> {
  const { certFile, keyFile } = 'file' in of ? { certFile: of.file, keyFile: of.file } : of;
  const file = `${certFile}.proxy-${++made}`;
  await run('grid-proxy-init', ['-q', ...flags, '-hours', '5', '-cert', certFile, '-key', keyFile, '-out', file], gridEnvironment(trustDir));
  return { file };
}

export interface VomsServer {
  readonly identity: Identity;
  readonly vo: string;
  /** As its URI says it. */
  readonly host: string;
}

/** By voms-proxy-fake, which signs what a VOMS server would. @param flags without `-newformat`, as servers of long ago */
export async function makeVomsProxy(
  of: Identity,
  server: VomsServer,
  trustDir: string,
  fqans: readonly string[],
  flags: readonly string[] = ['-newformat'],
): Promise<Proxy> {
  const file = `${of.certFile}.voms-${++made}`;
  const person = ['-cert', of.certFile, '-key', of.keyFile, '-certdir', trustDir];
  const host = ['-hostcert', server.identity.certFile, '-hostkey', server.identity.keyFile, '-voms', server.vo, '-uri', `${server.host}:15000`];
  const names = fqans.flatMap((fqan) => ['-fqan', fqan]);
  await run('voms-proxy-fake', ['-quiet', '-rfc', '-hours', '5', ...person, ...host, ...names, ...flags, '-out', file], gridEnvironment(trustDir));
  return { file };
}

function gridEnvironment(trustDir: string) {
  return { env: { ...process.env, X509_CERT_DIR: trustDir, HOME: trustDir } };
}

/** Lays the authority into a trust directory, as `<hash>.0`; the answer is the hash. */
export async function trust(ca: Identity, trustDir: string): Promise<string> {
  const hash = (await run('openssl', ['x509', '-hash', '-noout', '-in', ca.certFile])).stdout.trim();
  await copyFile(ca.certFile, join(trustDir, `${hash}.0`));
  return hash;
}

/** A revocation list, PEM. @param hours from now to its end @param extensions lines of an OpenSSL extension section */
export async function makeCrl(ca: Identity, revoked: readonly Identity[], to: string, hours = 24, extensions: readonly string[] = []): Promise<void> {
  const dir = `${ca.certFile}.crl-${++made}`;
  await mkdir(dir);
  const config = join(dir, 'openssl.cnf');
  await writeFile(join(dir, 'index'), '');
  await writeFile(join(dir, 'number'), '01\n');
  await writeFile(
    config,
    `[ca]\ndefault_ca=d\n[d]\ndatabase=${dir}/index\ncrlnumber=${dir}/number\ndefault_md=sha256\nunique_subject=no\n[e]\n${extensions.join('\n')}\n`,
  );
  const by = ['ca', '-config', config, '-cert', ca.certFile, '-keyfile', ca.keyFile];
  for (const { certFile } of revoked) await run('openssl', [...by, '-revoke', certFile]);
  await run('openssl', [...by, '-gencrl', '-crlhours', String(hours), ...(extensions.length === 0 ? [] : ['-crlexts', 'e']), '-out', to]);
}

export async function layLsc(vomsDir: string, { vo, host }: VomsServer, names: readonly string[]): Promise<void> {
  await mkdir(join(vomsDir, vo), { recursive: true });
  await writeFile(join(vomsDir, vo, `${host}.lsc`), `${names.join('\n')}\n`);
}

/** The certificates of PEM files, DER, in their order. */
export async function chainOf(...files: readonly string[]): Promise<Buffer[]> {
  const texts = await Promise.all(files.map((file) => readFile(file, 'latin1')));
  const blocks = texts.join('\n').matchAll(/-----BEGIN CERTIFICATE-----([^-]+)-----END CERTIFICATE-----/g);
  return [...blocks].map(([, base64 = '']) => Buffer.from(base64, 'base64'));
}

/** A proxy file of one's own making: proxy, key, and the certificates above it. */
export async function asProxy(own: Identity, ...above: readonly string[]): Promise<Proxy> {
  const file = `${own.certFile}.proxy-${++made}`;
  await writeFile(file, '', { mode: 0o600 });
  for (const each of [own.certFile, own.keyFile, ...above]) await appendFile(file, await readFile(each));
  return { file };
}
