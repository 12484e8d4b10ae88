import { isCrypt } from './password-legacy.ts';
import { hashPassword, type CryptHash, type Md5Hash, type PasswordHash } from './password.ts';

/** More than any lab had. */
const fileBytesMax = 1024 * 1024;
const lineLengthMax = 2_000;
const accountsMax = 10_000;

export interface ImportedAccount {
  readonly line: number;
  readonly user: string;
  /** `plain` is hashed by who imports it, and never kept. */
  readonly password: { readonly algorithm: 'plain'; readonly plain: string } | Md5Hash | CryptHash;
  /** `cloud-access` let somebody use the cloud. */
  readonly roles: readonly string[];
}

export interface LoginPswd {
  readonly accounts: readonly ImportedAccount[];
  /** Lines that are not taken over, in order. */
  readonly problems: readonly { readonly line: number; readonly problem: string }[];
}

/** What may be kept of it: a plain password is hashed here, at about 0.2 s for each. */
export async function keptForm({ password }: ImportedAccount): Promise<PasswordHash> {
  return password.algorithm === 'plain' ? hashPassword(password.plain) : password;
}

/**
 * StratusLab's `login-pswd.properties`: a Java properties file of `user=password,role,…`, the password as it is, or as
 * `MD5:<hex>` or `CRYPT:<crypt(3)>`. What a line's problem is, is said without its password.
 */
export function parseLoginPswd(file: Uint8Array): LoginPswd {
  if (file.length > fileBytesMax) return { accounts: [], problems: [{ line: 1, problem: `the file is larger than ${fileBytesMax} bytes` }] };
  const accounts = new Map<string, ImportedAccount>();
  const problems: { line: number; problem: string }[] = [];
  for (const { line, text } of logicalLines(decode(file))) {
    const read = text.length > lineLengthMax ? `the line is longer than ${lineLengthMax} characters` : readAccount(line, text);
    if (typeof read === 'string') {
      problems.push({ line, problem: read });
      continue;
    }
    const earlier = accounts.get(read.user);
    // As Java does it: the last one counts.
    if (earlier !== undefined) problems.push({ line: earlier.line, problem: `${read.user} stands again in line ${line}, which counts` });
    else if (accounts.size >= accountsMax)
      return { accounts: [...accounts.values()], problems: [...problems, { line, problem: `there are more than ${accountsMax} accounts` }] };
    accounts.set(read.user, read);
  }
  return { accounts: [...accounts.values()], problems: problems.toSorted((a, b) => a.line - b.line) };
}

function readAccount(line: number, text: string): ImportedAccount | string {
  const pair = splitPair(text);
  if (pair === null) return 'a backslash-u is not followed by four hexadecimal digits';
  const [user, value] = pair;
  if (user === '' || user.length > 100 || /[^\x21-\x7e]/.test(user)) return 'the user name is empty, too long, or has spaces or unusual characters';
  const comma = value.indexOf(',');
  const credential = (comma < 0 ? value : value.slice(0, comma)).trim();
  const roles =
    comma < 0
      ? []
      : value
          .slice(comma + 1)
          .split(',')
          .map((role) => role.trim())
          .filter((role) => role !== '');
  const password = readPassword(credential);
  return typeof password === 'string' ? `${user}: ${password}` : { line, user, password, roles };
}

function readPassword(credential: string): ImportedAccount['password'] | string {
  if (credential === '') return 'there is no password';
  if (credential.startsWith('MD5:')) {
    const hex = credential.slice(4).toLowerCase();
    return /^[0-9a-f]{32}$/.test(hex) ? { algorithm: 'md5', hex } : 'MD5: is not followed by 32 hexadecimal digits';
  }
  if (credential.startsWith('CRYPT:')) {
    const crypt = credential.slice(6);
    return isCrypt(crypt) ? { algorithm: 'crypt', crypt } : 'CRYPT: is not followed by a hash of DES, $1$, $5$ or $6$';
  }
  // Jetty's third form. It hides nothing, but who reads it as it is would keep a password that nobody ever had.
  if (credential.startsWith('OBF:')) return 'OBF: is not understood; replace it by the password itself';
  return { algorithm: 'plain', plain: credential };
}

/** Lines without comments, continued ones joined, each with the number of its first. */
function* logicalLines(text: string): Iterable<{ line: number; text: string }> {
  const lines = text.split(/\r\n|\r|\n/);
  for (let at = 0; at < lines.length; at++) {
    let whole = lines[at]!.replace(/^[ \t\f]+/, '');
    if (whole === '' || whole.startsWith('#') || whole.startsWith('!')) continue;
    const line = at + 1;
    while (/(?<!\\)(\\\\)*\\$/.test(whole) && whole.length <= lineLengthMax) {
      whole = whole.slice(0, -1) + (lines[++at] ?? '').replace(/^[ \t\f]+/, '');
      if (at >= lines.length) break;
    }
    yield { line, text: whole };
  }
}

/** Name and value, escapes taken out; null for a broken one. The name ends at the first `=`, `:` or space that is not escaped. */
function splitPair(text: string): [string, string] | null {
  const match = /^((?:\\.|[^\\=: \t\f])*)[ \t\f]*[=:]?[ \t\f]*(.*)$/s.exec(text);
  const name = unescape(match?.[1] ?? '');
  const value = unescape(match?.[2] ?? '');
  return name === null || value === null ? null : [name, value];
}

const named: Readonly<Record<string, string>> = { t: '\t', n: '\n', r: '\r', f: '\f' };

function unescape(text: string): string | null {
  if (/(?<!\\)(\\\\)*\\u(?![0-9A-Fa-f]{4})/.test(text)) return null;
  return text.replaceAll(/\\(?:u([0-9A-Fa-f]{4})|(.?))/gs, (_, code: string | undefined, letter = '') =>
    code === undefined ? (named[letter as string] ?? (letter as string)) : String.fromCharCode(Number.parseInt(code, 16)),
  );
}

/** Java read such files as Latin-1; people wrote them as UTF-8 as well, which Latin-1 hardly ever looks like by chance. */
function decode(file: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(file);
  } catch {
    return Buffer.from(file).toString('latin1');
  }
}
