import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Endpoint } from '../client.ts';
import { CommandError } from '../exit-codes.ts';
import { printable } from '../output/printable.ts';
import type { Questions } from '../questions.ts';
import type { ClientCertificate } from '../transport.ts';
import type { World } from '../world.ts';
import { BriefSession } from './brief-session.ts';

/** By the certificate that this command shows at the door: of a person, or a proxy with its chain, as grid tools write it. */
export async function openByCertificate(
  world: World,
  questions: Questions,
  door: Endpoint,
  files: { readonly certificate: string; readonly key: string | undefined },
): Promise<BriefSession> {
  if (!door.url.startsWith('https:'))
    throw new CommandError('usage', `${door.url} takes no certificates.`, 'They are shown over TLS: give an address that begins with https://.');
  const certificate = await readCertificate(questions, files);
  const session = await BriefSession.begin({ ...door, certificate }, '/v1/session/certificate', undefined, world);
  if (session instanceof BriefSession) return session;
  throw new CommandError('refused', 'The cloud asks for a second factor, which a certificate has none of.');
}

async function readCertificate(
  questions: Questions,
  { certificate, key = certificate }: { readonly certificate: string; readonly key: string | undefined },
): Promise<ClientCertificate> {
  const [certificates = [], keyFile] = [read(certificate).match(certificateBlock) ?? undefined, read(key)];
  if (certificates.length === 0)
    throw new CommandError(
      'usage',
      `There is no certificate in ${printable(certificate)}.`,
      'It must be PEM; of a .p12 file, openssl pkcs12 makes that.',
    );
  // A proxy's file has its key between the certificates; TLS wants each by itself.
  const keyPem = /-----BEGIN ((?:[A-Z]+ )?PRIVATE KEY)-----[\s\S]*?-----END \1-----/.exec(keyFile)?.[0];
  if (keyPem === undefined) throw new CommandError('usage', `There is no private key in ${printable(key)}.`, 'Name the file that has it: --key FILE');
  const isSealed = /ENCRYPTED/.test(keyPem);
  const passphrase = isSealed ? await questions.ask(`Passphrase of ${key}: `, true) : undefined;
  try {
    // Sealed no longer, and only in memory: TLS asks for nothing more.
    const opened = createPrivateKey({ key: keyPem, ...(passphrase === undefined ? {} : { passphrase }) });
    return { certificatePem: `${certificates.join('\n')}\n`, keyPem: opened.export({ type: 'pkcs8', format: 'pem' }) };
  } catch {
    throw new CommandError('usage', `The private key in ${printable(key)} cannot be read${isSealed ? ' with this passphrase' : ''}.`);
  }
}

const certificateBlock = /-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g;

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new CommandError('usage', `${printable(file)} cannot be read: ${(error as Error).message}.`);
  }
}
