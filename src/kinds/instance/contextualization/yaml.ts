/** What we write as YAML: plain data, keys in the order given. */
export type YamlValue = string | number | boolean | null | readonly YamlValue[] | { readonly [key: string]: YamlValue };

/**
 * Block-style YAML that readers of 1.1 (cloud-init) and 1.2 take alike. Strings are quoted and escaped
 * unless they are words without any second meaning, so no name or key can become structure.
 */
export function toYaml(value: YamlValue): string {
  return `${block(value, '').replace(/^\n/, '')}\n`;
}

/** Begins with a line break where the value is written below its key. */
function block(value: YamlValue, indent: string): string {
  if (isList(value)) {
    if (value.length === 0) return '[]';
    // An entry begins on the line of its dash; what follows of it stands below its first letter.
    return value.map((entry) => `\n${indent}- ${block(entry, `${indent}  `).trimStart()}`).join('');
  }
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value);
    if (entries.length === 0) return '{}';
    return entries.map(([key, entry]) => `\n${indent}${scalar(key)}:${spaced(block(entry, `${indent}  `))}`).join('');
  }
  return scalar(value);
}

/** `Array.isArray` does not tell a read-only list from an object. */
function isList(value: YamlValue): value is readonly YamlValue[] {
  return Array.isArray(value);
}

function spaced(text: string): string {
  return text.startsWith('\n') ? text : ` ${text}`;
}

function scalar(value: string | number | boolean | null): string {
  return typeof value === 'string' ? yamlString(value) : String(value);
}

/** Words that YAML 1.1 takes for something else than text; some readers take `e0` for a number. Source: yaml.org/type. */
const meansMore = /^(?:y|n|yes|no|on|off|true|false|null|nan|inf|e-?[0-9_]+)$/i;
const plainWord = /^[A-Za-z][A-Za-z0-9_-]*$/;

export function yamlString(text: string): string {
  if (plainWord.test(text) && !meansMore.test(text)) return text;
  let quoted = '"';
  for (const character of text) quoted += escaped(character);
  return `${quoted}"`;
}

/** Everything but printable ASCII is escaped: line breaks of all kinds, and marks that readers treat differently. */
function escaped(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (character === '"' || character === '\\') return `\\${character}`;
  if (code >= 0x20 && code < 0x7f) return character;
  const hex = code.toString(16);
  if (code <= 0xff) return `\\x${hex.padStart(2, '0')}`;
  return code <= 0xffff ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`;
}
