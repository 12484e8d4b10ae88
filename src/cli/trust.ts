import { lookAtCertificate, WrongFingerprint } from '../drivers/tls-agent.ts';
import { Unreachable } from './client.ts';
import { checkedFingerprint } from './cloud.ts';
import { CommandError } from './exit-codes.ts';
import type { Questions } from './questions.ts';
import { changed } from './transport.ts';
import type { World } from './world.ts';

const answerMsMax = 10_000;

/**
 * At the first contact with a cloud: which certificate is to be its own from now on; null where an authority that this
 * machine knows vouches for it. Nothing but a handshake has taken place. Throws unless it is sure.
 *
 * @param given by the user, who has it from the cloud's administrator
 * @param known from an earlier log-in there
 */
export async function fingerprintToPin(
  world: World,
  questions: Questions,
  url: string,
  { given, known }: { given: string | undefined; known: string | undefined },
): Promise<string | null> {
  if (!url.startsWith('https:')) {
    if (given !== undefined)
      throw new CommandError('usage', `${url} has no certificate.`, 'A fingerprint goes with an address that begins with https://.');
    return null;
  }
  const { fingerprint, problem } = await lookAtCertificate(url, answerMsMax).catch((error: Error) => {
    throw new Unreachable(`No cloud answers at ${url}: ${error.message}`, { cause: error });
  });
  const expected = checkedFingerprint(given ?? known);
  if (expected !== null) {
    if (fingerprint === expected) return expected;
    if (given === undefined) throw changed(url, new WrongFingerprint(expected, fingerprint));
    throw new CommandError(
      'refused',
      `${url} shows the certificate ${fingerprint}, not ${expected}.`,
      'Ask the administrator which one it is; nothing was sent.',
    );
  }
  if (problem === null) return null;
  const compared = 'the one that `npm start` shows on the machine of the cloud';
  if (world.stdin.isTTY !== true)
    throw new CommandError(
      'refused',
      `No authority vouches for ${url} (${problem}); its certificate is ${fingerprint}.`,
      `Compare it with ${compared}. If it is the same, --fingerprint ${fingerprint} says so.`,
    );
  world.stderr.write(`No authority vouches for ${url}. Its certificate is\n\n  ${fingerprint}\n\nCompare it with ${compared}.\n`);
  if (!/^(y|yes|o|oui)$/i.test((await questions.ask('Is it the same? [y/N] ')).trim()))
    throw new CommandError('refused', 'Nothing was sent, and nothing is kept.');
  return fingerprint;
}
