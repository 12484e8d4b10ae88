import { overview } from './overview.ts';
import { exitCodes } from './exit-codes.ts';

/** `stratus --help`: every word, grouped. */
export function overviewHelp(paint: (title: string) => string = (title) => title): string {
  const lines = ['Usage: stratus WORD [...]', '', 'A complete cloud, darn simple: one laptop or many hosts.'];
  for (const { title, words } of overview) {
    lines.push('', paint(title));
    for (const { name, says } of words) lines.push(`  ${name.padEnd(15)} ${shorten(says)}`);
  }
  lines.push('', 'More about a word: stratus WORD --help. Common: --project NAME, --context NAME, -o table|wide|json|yaml|name, -q, -v.');
  return `${lines.join('\n')}\n`;
}

/** Kinds say a sentence of themselves; here its first part is enough. */
function shorten(says: string): string {
  const first = says.replace(/\.$/, '').split(':')[0] ?? says;
  return says.endsWith('.') ? first.slice(0, 1).toLowerCase() + first.slice(1) : says;
}

export function exitCodesHelp(): string {
  return `Exit codes:\n\n${Object.values(exitCodes)
    .map(({ code, says }) => `  ${String(code).padStart(3)}  ${says}`)
    .join('\n')}\n\nOf several names, the first that failed decides. \`stratus ssh\` ends with the exit code of ssh.\n`;
}

export function environmentHelp(): string {
  return `Environment:

  STRATUS_CONTEXT      which cloud, as --context
  STRATUS_URL          address of a cloud, instead of a context
  STRATUS_FINGERPRINT  of that cloud's certificate, where no authority vouches for it
  STRATUS_TOKEN        API token, instead of the context's
  STRATUS_PROJECT      project, as --project
  STRATUS_HOME         where this machine's own cloud keeps everything
  NO_COLOR             no colours
  XDG_CONFIG_HOME      where stratus/config.yaml is kept (default ~/.config)

With no context and a cloud on this machine whose files you can read (root can), that one is used.
`;
}
