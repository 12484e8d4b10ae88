import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { isAbsolute, resolve } from 'node:path';
import { readServerCertificate } from '../src/drivers/certificate/server-certificate.ts';
import type { CloudFacts } from '../src/local/home.ts';
import { LocalError } from '../src/local/local-error.ts';
import { portIsFree } from '../src/local/port.ts';

export interface DoorWishes {
  readonly listen?: string | undefined;
  readonly 'tls-cert'?: string | undefined;
  readonly 'tls-key'?: string | undefined;
  readonly name?: readonly string[] | undefined;
}

export type Door = Required<Pick<CloudFacts, 'listen' | 'tls' | 'names'>>;

/** Where the cloud listens for other machines, as it was decided before and is wished now. Throws LocalError. */
export function doorOf(wishes: DoorWishes, known: CloudFacts | null): Door {
  const listen = wishes.listen === undefined ? (known?.listen ?? null) : parseListen(wishes.listen);
  const given = tlsOf(wishes);
  const tls = wishes['tls-cert'] === 'none' ? null : (given ?? known?.tls ?? null);
  const names = (wishes.name ?? known?.names ?? []).map(parseName);
  if (listen === null && given !== null)
    throw new LocalError('A certificate is for an address that others reach, and there is none', 'Add one: --listen 0.0.0.0:8443', { isUsage: true });
  return { listen, tls: listen === null ? null : tls, names };
}

export async function assertDoorIsFree(plainPort: number, { listen }: Door): Promise<void> {
  if (listen === null) return;
  const where = `${listen.address}:${listen.port}`;
  if (listen.port === plainPort)
    throw new LocalError(`Port ${plainPort} is the one of plain HTTP on 127.0.0.1`, 'Choose another: --listen 0.0.0.0:8443', { isUsage: true });
  if (!(await portIsFree(listen.port, listen.address)))
    throw new LocalError(
      `${where} is taken, or no address of this machine`,
      'End what listens there, or choose another address or port with --listen.',
    );
}

function parseListen(text: string): Door['listen'] {
  if (text === 'none') return null;
  if (text.startsWith('http://'))
    throw new LocalError(
      'Plain HTTP is for 127.0.0.1 alone: elsewhere whoever listens would read passwords',
      '--listen ADDRESS:PORT speaks HTTPS; without --tls-cert it makes a certificate of its own. --port is the one on 127.0.0.1.',
      { isUsage: true },
    );
  const [, bracketed, plain, digits = ''] = /^(?:https:\/\/)?(?:\[([0-9a-f:.]+)\]|([0-9.]+)):(\d{1,5})\/?$/i.exec(text) ?? [];
  const [address, port] = [bracketed ?? plain ?? '', Number(digits)];
  if (isIP(address) === 0 || port < 1 || port > 65_535)
    throw new LocalError(
      `--listen ${JSON.stringify(text)} is not an address of this machine and a port`,
      'Give such as 0.0.0.0:8443, [::]:8443, or none.',
      {
        isUsage: true,
      },
    );
  return { address, port };
}

function tlsOf({ 'tls-cert': cert, 'tls-key': key }: DoorWishes): Door['tls'] {
  if (cert === undefined && key === undefined) return null;
  if (cert === 'none' && key === undefined) return null;
  if (cert === undefined || key === undefined)
    throw new LocalError('A certificate and its key go together', 'Give both: --tls-cert FILE --tls-key FILE', { isUsage: true });
  const [certificateFile, keyFile] = [cert, key].map((path) =>
    isAbsolute(path) ? path : resolve(process.env['INIT_CWD'] ?? process.cwd(), path),
  ) as [string, string];
  try {
    readServerCertificate(readFileSync(certificateFile, 'utf8'), readFileSync(keyFile, 'utf8'), true);
  } catch (error) {
    throw new LocalError(
      (error as Error).message,
      'Give PEM files: the certificate with those that lead to its authority, and its key without a password.',
      { isUsage: true, cause: error },
    );
  }
  return { certificateFile, keyFile };
}

function parseName(text: string): string {
  const name = text.toLowerCase();
  if (name.length > 253 || !/^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(name))
    throw new LocalError(`--name ${JSON.stringify(text)} is not a host name`, 'Give one such as cloud.example.org.', { isUsage: true });
  return name;
}
