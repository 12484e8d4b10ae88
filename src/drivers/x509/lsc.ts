import { slashKey, writtenSlashKey } from './name.ts';
import { malformed } from './refusal.ts';

/**
 * An LSC file: who a VOMS server is, so that its certificate can be renewed without a change here. Each chain:
 * the server's subject, its issuer, that one's issuer…, as `slashKey` writes names. Throws Refusal `malformed`.
 */
export function readLsc(text: string): string[][] {
  const chains = text.split(/^-+\s*NEXT CHAIN\s*-*\s*$/im).map((chain) =>
    chain
      .split(/\r?\n/)
      .map((line) => line.trim())
      .filter((line) => line !== '' && !line.startsWith('#')),
  );
  const read = chains.filter((chain) => chain.length > 0);
  if (read.length === 0 || read.some((chain) => chain.length < 2 || chain.some((line) => !line.startsWith('/')))) throw malformed('the LSC file');
  return read.map((chain) => chain.map(writtenSlashKey));
}

/** Whether a server of this path (its own name first, then each issuer's) is the one that the file names. */
export function isNamed(chains: readonly (readonly string[])[], path: readonly string[]): boolean {
  const keys = path.map(slashKey);
  return chains.some((chain) => chain.every((name, index) => name === keys[index]));
}
