import { errorCatalogue } from '../../src/core/errors.ts';
import type { Kind } from '../../src/core/kind.ts';
import { limits } from '../../src/core/limits.ts';
import { formatBytes, GiB, MiB } from '../../src/core/units.ts';
import { kinds } from '../../src/kinds/index.ts';
import { defaultInstanceTypeName, defaultInstanceTypes } from '../../src/kinds/instance-type/instance-type.ts';
import { fieldRows } from './docs-fields.ts';
import { limitWords, stateWords } from './docs-words.ts';

/** The parts of the manual that follow from the code: path of the document → name of the part → its text. */
export function generatedParts(): ReadonlyMap<string, ReadonlyMap<string, string>> {
  return new Map([
    ...kinds.map((kind) => [`docs/concepts/${kind.name}.md`, conceptParts(kind)] as const),
    ['docs/reference/errors.md', new Map([['errors', errorsTable()]])] as const,
    ['docs/reference/limits.md', new Map([['limits', limitsTable()]])] as const,
  ]);
}

const begin = (name: string) => `<!-- generated: ${name} -->`;
const end = '<!-- end of generated -->';

/** The document with its generated parts as they should be. Throws when it has no place for one of them. */
export function withParts(document: string, parts: ReadonlyMap<string, string>): string {
  let text = document;
  for (const [name, part] of parts) {
    const from = text.indexOf(begin(name));
    const to = text.indexOf(end, from);
    if (from < 0 || to < 0) throw new Error(`the document has no place ${begin(name)} … ${end}`);
    text = `${text.slice(0, from)}${begin(name)}\n\n${part}\n\n${text.slice(to)}`;
  }
  return text;
}

function conceptParts(kind: Kind): ReadonlyMap<string, string> {
  const parts = new Map([
    ['facts', factsTable(kind)],
    ['states', statesTable(kind)],
  ]);
  if (Object.keys(kind.verbs).length > 0) parts.set('verbs', verbsTable(kind));
  if (kind.name === 'instance-type') parts.set('defaults', defaultTypesTable());
  if (kind.create !== null) parts.set('create', table(['Field', 'Needed', 'What it may be', 'What it says'], fieldRows(kind.create)));
  return parts;
}

function factsTable(kind: Kind): string {
  const changeable =
    kind.update === null ? [] : [...(kind.fixedNames === undefined ? ['name'] : []), 'labels', ...Object.keys(kind.update.properties)];
  return table(
    ['', ''],
    [
      ['What it is', kind.says],
      ['In paths and commands', `\`/v1/${kind.plural}\`, \`stratus ${kind.name}\``],
      ['Ids begin with', `\`${kind.prefix}-\``],
      ['Belongs to', kind.scope === 'project' ? 'a project; its name is unique there' : 'the cloud; its name is unique in it'],
      ['Made by', kind.create === null ? 'the cloud itself' : 'you'],
      ['Can be changed later', changeable.length === 0 ? 'nothing' : changeable.map((field) => `\`${field}\``).join(', ')],
    ],
  );
}

function statesTable(kind: Kind): string {
  const rows = kind.states.map((state) => {
    const verbs = Object.entries(kind.verbs)
      .filter(([, verb]) => verb.from.includes(state))
      .map(([name]) => name);
    return [`\`${state}\``, stateWords[kind.name]?.[state] ?? '', verbs.join(', ')];
  });
  return Object.keys(kind.verbs).length === 0
    ? table(
        ['State', 'What it means'],
        rows.map((row) => row.slice(0, 2)),
      )
    : table(['State', 'What it means', 'Verbs it allows'], rows);
}

function verbsTable(kind: Kind): string {
  const rows = Object.entries(kind.verbs).map(([name, verb]) => [
    `\`${name}\``,
    verb.says,
    verb.from.join(', '),
    verb.hint,
    verb.body === null
      ? ''
      : Object.keys(verb.body.properties)
          .map((field) => `\`${field}\``)
          .join(', '),
  ]);
  return table(['Verb', 'What it does', 'Possible when', 'Otherwise', 'Body'], rows);
}

function defaultTypesTable(): string {
  const rows = Object.entries(defaultInstanceTypes).map(([name, { vcpus, memoryMib, swapMib }]) => [
    name === defaultInstanceTypeName ? `**\`${name}\`**` : `\`${name}\``,
    ...[vcpus, memoryMib, swapMib].map(String),
  ]);
  return table(['Name', 'vCPUs', 'Memory, MiB', 'Swap, MiB'], rows);
}

function errorsTable(): string {
  const rows = Object.entries(errorCatalogue).map(([code, { status, says, remedy }]) => [
    `\`${code}\``,
    String(status),
    says,
    remedy === '{hint}' ? '(depends on the case)' : remedy,
  ]);
  return table(['Code', 'Status', 'What it says', 'What to do'], rows);
}

function limitsTable(): string {
  const rows = (Object.entries(limits) as [keyof typeof limits, number][]).map(([name, value]) => [
    limitWords[name],
    amount(name, value),
    `\`${name}\``,
  ]);
  return table(['What', 'Limit', 'Name in `src/core/limits.ts`'], rows);
}

/** The unit stands last in a limit's name, before `Max`, `Min` or `Default`. */
function amount(name: string, value: number): string {
  const unit = name.replace(/(Max|Min|Default)$/, '');
  if (unit.endsWith('Bytes')) return formatBytes(value);
  if (unit.endsWith('Mib')) return formatBytes(value * MiB);
  if (unit.endsWith('Gib')) return formatBytes(value * GiB);
  if (unit.endsWith('Seconds')) return `${value} s`;
  if (unit.endsWith('Hours')) return `${value} h`;
  if (unit.endsWith('Days')) return `${value} days`;
  const number = value.toLocaleString('en');
  return /[Ll]ength$/.test(unit) ? `${number} characters` : number;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
  return [line(head), `|${head.map(() => '---|').join('')}`, ...rows.map(line)].join('\n');
}
