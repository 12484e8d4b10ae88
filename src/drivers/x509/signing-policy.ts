import { writtenSlashKey } from './name.ts';
import { malformed } from './refusal.ts';

/** Which subjects an authority may sign, as a file of the trust directory says. */
export interface SigningPolicy {
  /** The authority, as `slashKey` writes it; null: the one whose certificate has the file's name. */
  readonly authorityKey: string | null;
  /** Names in slash form, as `slashKey` writes them, with `*` for anything and `?` for one character. */
  readonly permitted: readonly string[];
}

/**
 * A `.signing_policy` of Globus (EACL): access_id_CA, pos_rights and cond_subjects, in this order, any number
 * of times. Throws Refusal `malformed` for anything else: a rule that is not understood might forbid.
 */
export function readSigningPolicy(text: string): SigningPolicy[] {
  const what = 'the signing policy';
  const policies: { authorityKey: string; permitted: string[] }[] = [];
  let mayGrant = false;
  for (const line of linesOf(text)) {
    const [, word = '', kind = '', value = ''] = /^(\S+)\s+(\S+)\s+(.+)$/.exec(line) ?? [];
    const current = policies.at(-1);
    if (word === 'access_id_CA' && kind.toLowerCase() === 'x509') {
      policies.push({ authorityKey: writtenSlashKey(quotedOnce(value)), permitted: [] });
      mayGrant = false;
    } else if (word === 'pos_rights' && kind === 'globus' && value === 'CA:sign') mayGrant = true;
    else if (word === 'cond_subjects' && kind === 'globus' && mayGrant && current !== undefined)
      current.permitted.push(...subjectsOf(quotedOnce(value)));
    else throw malformed(what);
  }
  if (policies.length === 0) throw malformed(what);
  return policies;
}

/**
 * A `.namespaces` of the EUGridPMA: `TO Issuer "…" PERMIT Subject "…"`. Of its regular expressions only `.*`
 * is understood; throws Refusal `malformed` for others and for DENY.
 */
export function readNamespaces(text: string): SigningPolicy[] {
  const what = 'the namespaces';
  const rule = /^TO\s+Issuer\s+(SELF|"[^"]+")\s+PERMIT\s+Subject\s+"([^"]+)"$/i;
  const policies = linesOf(text.replaceAll(/\\\r?\n/g, ' ')).map((line): SigningPolicy => {
    const [, issuer = '', subject = ''] = rule.exec(line) ?? [];
    const pattern = subject.replaceAll('.*', '*').replaceAll(/\\([./-])/g, '$1');
    if (issuer === '' || /[\\[\]{}|^$+]/.test(pattern)) throw malformed(what);
    return { authorityKey: issuer.toUpperCase() === 'SELF' ? null : writtenSlashKey(issuer.slice(1, -1)), permitted: [writtenSlashKey(pattern)] };
  });
  if (policies.length === 0) throw malformed(what);
  return policies;
}

/** Whether `name` fits `pattern` as a whole; in time of their product at most. */
export function fits(name: string, pattern: string): boolean {
  let at = 0;
  let next = 0;
  let star = -1;
  let resume = 0;
  while (at < name.length) {
    if (pattern[next] === '*') {
      star = next++;
      resume = at;
    } else if (next < pattern.length && (pattern[next] === '?' || pattern[next] === name[at])) {
      next++;
      at++;
    } else if (star >= 0) {
      next = star + 1;
      at = ++resume;
    } else return false;
  }
  return /^\**$/.test(pattern.slice(next));
}

function linesOf(text: string): string[] {
  return text
    .split(/\r?\n/)
    .map((line) => line.replace(/^\s*#.*$/, '').trim())
    .filter((line) => line !== '');
}

function quotedOnce(value: string): string {
  return /^'(.*)'$/.exec(value)?.[1] ?? /^"(.*)"$/.exec(value)?.[1] ?? value;
}

/** Several subjects stand in quotes, one may stand without. */
function subjectsOf(value: string): string[] {
  const quoted = [...value.matchAll(/"([^"]+)"|'([^']+)'/g)].map(([, double, single]) => double ?? single ?? '');
  return (quoted.length === 0 ? [value] : quoted).map(writtenSlashKey);
}
