import { execFile } from 'node:child_process';
import { createHash, timingSafeEqual } from 'node:crypto';

/** More rounds of SHA-256 or SHA-512 would keep a core busy for seconds at each guess. */
const roundsMax = 500_000;

const desForm = /^[./0-9A-Za-z]{13}$/;
const md5Form = /^\$1\$[^$\n:\u0000]{0,8}\$[./0-9A-Za-z]{22}$/;
const shaForm = /^\$(?:5|6)\$(?:rounds=(?<rounds>[1-9][0-9]{3,8})\$)?[^$\n:\u0000]{0,16}\$(?:[./0-9A-Za-z]{43}|[./0-9A-Za-z]{86})$/;

/** As crypt(3) writes it: DES, `$1$` (MD5), `$5$` (SHA-256) or `$6$` (SHA-512). */
export function isCrypt(text: string): boolean {
  if (/[^\x20-\x7e]/.test(text)) return false;
  const sha = shaForm.exec(text);
  return desForm.test(text) || md5Form.test(text) || (sha !== null && Number(sha.groups?.['rounds'] ?? 0) <= roundsMax);
}

export function matchesMd5(password: string, hex: string): boolean {
  return writings(password).some((bytes) => sameText(createHash('md5').update(bytes).digest('hex'), hex));
}

/** Asks the system's libcrypt, by Perl, which is on every Debian: Node has no crypt(3), and a fourth implementation of it helps nobody. */
export async function matchesCrypt(password: string, crypt: string): Promise<boolean> {
  if (!isCrypt(crypt)) return false;
  for (const bytes of writings(password)) {
    // crypt(3) ends at a zero byte: what stands behind it would count for nothing.
    if (!bytes.includes(0) && sameText(await libcrypt(bytes, crypt), crypt)) return true;
  }
  return false;
}

/** Both come by stdin: what stands among the arguments can be seen by everybody on this machine. */
const script = 'local $/; my ($kept, $password) = split /\\n/, <STDIN>, 2; print crypt($password, $kept) // "";';

function libcrypt(password: Buffer, kept: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { env: {}, timeout: 10_000, maxBuffer: 1_000 };
    const child = execFile('/usr/bin/perl', ['-e', script], options, (error, stdout) => (error === null ? resolve(stdout) : reject(error)));
    // It may end before it has read everything; what it ended with says why.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(Buffer.concat([Buffer.from(`${kept}\n`), password]));
  });
}

/** The Java of then wrote Latin-1, most programs since write UTF-8. */
function writings(password: string): Buffer[] {
  const utf8 = Buffer.from(password);
  const composed = password.normalize('NFC');
  if (utf8.length === password.length || /[^\u0000-\u00ff]/.test(composed)) return [utf8];
  return [Buffer.from(composed), Buffer.from(composed, 'latin1')];
}

function sameText(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
}
