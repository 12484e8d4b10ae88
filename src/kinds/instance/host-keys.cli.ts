import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';

const begin = '-----BEGIN SSH HOST KEY KEYS-----';
const end = '-----END SSH HOST KEY KEYS-----';
const keyLine = /^(ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp(?:256|384|521)) ([A-Za-z0-9+/]{40,3000}={0,3})(?: |$)/;

/**
 * The host keys that a guest printed on its serial console, where cloud-init writes them at the first boot.
 * Nobody but the guest and its host writes there, so they can be trusted as much as the cloud. The last
 * block counts; empty when there is none.
 */
export function hostKeysIn(log: string): string[] {
  const from = log.lastIndexOf(begin);
  const to = log.indexOf(end, from);
  if (from < 0 || to < 0) return [];
  const keys = log
    .slice(from + begin.length, to)
    .split(/\r?\n|\r/)
    .flatMap((line) => {
      // cloud-init may put a time or its name before each line.
      const at = line.search(/(ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp\d+) /);
      const [, type, base64] = keyLine.exec(at < 0 ? '' : line.slice(at).trim()) ?? [];
      return type === undefined || base64 === undefined ? [] : [`${type} ${base64}`];
    });
  return [...new Set(keys)].slice(0, 10);
}

/** Whether the file knows a key of the machine that goes by this alias. */
export function isKnownHost(knownHostsFile: string, alias: string): boolean {
  return (
    existsSync(knownHostsFile) &&
    readFileSync(knownHostsFile, 'utf8')
      .split('\n')
      .some((line) => line.startsWith(`${alias} `))
  );
}

export function rememberHostKeys(knownHostsFile: string, alias: string, keys: readonly string[]): void {
  mkdirSync(dirname(knownHostsFile), { recursive: true, mode: 0o700 });
  appendFileSync(knownHostsFile, keys.map((key) => `${alias} ${key}\n`).join(''), { mode: 0o600 });
}
