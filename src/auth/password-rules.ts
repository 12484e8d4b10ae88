import { commonPasswords } from './common-passwords.ts';

export interface PasswordRules {
  /** Characters. NIST SP 800-63B asks for 8 at least, 15 where nothing else is proven. */
  readonly lengthMin: number;
  readonly lengthMax: number;
}

export const defaultPasswordRules: PasswordRules = { lengthMin: 12, lengthMax: 1_000 };

/** What belongs to the account or the cloud is the first that is tried. Shorter words stand in too much by chance. */
const wordLengthMin = 4;
/** So many characters must be other than what follows from those before. */
const surprisesMin = 6;

/**
 * What is wrong with a new password, each a sentence's end after "the password"; none: it will do. NIST SP 800-63B:
 * long, not well known, and no rules about which characters. `about`: log-in name, e-mail address, name of the cloud.
 */
export function passwordProblems(
  password: string,
  about: readonly string[],
  { lengthMin, lengthMax }: PasswordRules = defaultPasswordRules,
): string[] {
  const composed = password.normalize('NFKC');
  // Code points, as NIST counts them.
  const { length } = Array.from(composed);
  if (length < lengthMin) return [`it is shorter than ${lengthMin} characters`];
  if (length > lengthMax) return [`it is longer than ${lengthMax} characters`];
  if (/[\u0000-\u001f\u007f]/.test(composed)) return ['it has a control character, which cannot be typed everywhere'];
  const lower = composed.toLowerCase();
  const problems: string[] = [];
  if (wordsOf(about).some((word) => lower.includes(word))) problems.push('it contains your name, your e-mail address or the name of the cloud');
  if (isRepeated(lower) || surprises(lower) < surprisesMin) problems.push('it is mostly a repetition or a sequence');
  if (isCommon(lower)) problems.push('it is one that everybody tries first');
  return problems;
}

function wordsOf(about: readonly string[]): string[] {
  return about
    .flatMap((text) => [text, text.split('@')[0] ?? ''])
    .map((word) => word.normalize('NFKC').toLowerCase())
    .filter((word) => word.length >= wordLengthMin);
}

/** `abcabcabcabc`: what is repeated is shorter than any password may be. */
function isRepeated(text: string): boolean {
  const period = (text + text).indexOf(text, 1);
  return period < text.length && period < 8;
}

const keyboardRows = ['qwertyuiop', 'azertyuiop', 'qwertzuiop', 'asdfghjkl', 'qsdfghjklm', 'yxcvbnm', 'zxcvbnm', 'wxcvbn', '1234567890'];

/** Characters that do not go on as those before did: neither the same again, nor the next of the alphabet or of the keyboard. */
function surprises(text: string): number {
  let count = 0;
  for (let at = 0; at < text.length; at++) {
    const before = steps(text, at - 1);
    if (text[at] !== text[at - 1] && !steps(text, at).some((step) => before.includes(step))) count++;
  }
  return count;
}

/** The ways in which one may come from the character before to the one `at`. */
function steps(text: string, at: number): string[] {
  const [from, to] = [text[at - 1], text[at]];
  if (from === undefined || to === undefined) return [];
  const found = keyboardRows.flatMap((row, n) => {
    const by = row.includes(from) && row.includes(to) ? row.indexOf(to) - row.indexOf(from) : 0;
    return Math.abs(by) === 1 ? [`row ${n} ${by}`] : [];
  });
  const by = to.charCodeAt(0) - from.charCodeAt(0);
  return Math.abs(by) === 1 ? [...found, `alphabet ${by}`] : found;
}

const lookAlikes: Readonly<Record<string, string>> = {
  '0': 'o',
  '1': 'i',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '@': 'a',
  $: 's',
  '!': 'i',
  '€': 'e',
};

/** `P@ssw0rd2026!` is `password` with what everybody puts around it. */
function isCommon(text: string): boolean {
  const plain = text.normalize('NFD').replaceAll(/\p{M}/gu, '');
  // Stripped first: at the ends a digit is a digit, inside it stands for a letter.
  return [plain, plain.replaceAll(/^[^a-z@$]+|[^a-z@$]+$/g, '')].some((core) => {
    const letters = core.replaceAll(/[013457@$!€]/g, (sign) => lookAlikes[sign] ?? sign).replaceAll(/[^a-z]/g, '');
    const half = letters.slice(0, letters.length / 2);
    return commonPasswords.has(letters) || (letters === half + half && commonPasswords.has(half));
  });
}
