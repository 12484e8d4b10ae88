/** XML that is already safe to put into a document. Made only by {@link element}. */
export class Xml {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

export type XmlAttributes = Readonly<Record<string, string | number | null>>;
/** A string is text and is escaped; null and false leave nothing. */
export type XmlChild = Xml | string | number | null | false;

const nameForm = /^[A-Za-z_][A-Za-z0-9_.-]*(:[A-Za-z_][A-Za-z0-9_.-]*)?$/;

/** `<name a='…'>…</name>`; an attribute that is null is left out. Names are ours and must be names; values may be anything. */
export function element(name: string, attributes: XmlAttributes = {}, ...children: readonly XmlChild[]): Xml {
  assertName(name);
  let open = `<${name}`;
  for (const [key, value] of Object.entries(attributes)) {
    assertName(key);
    if (value !== null) open += ` ${key}='${escape(String(value))}'`;
  }
  const content = children.filter((child) => child !== null && child !== false).map(childText);
  if (content.length === 0) return new Xml(`${open}/>`);
  const nested = children.some((child) => child instanceof Xml);
  if (!nested) return new Xml(`${open}>${content.join('')}</${name}>`);
  return new Xml(`${open}>\n${content.map(indent).join('\n')}\n</${name}>`);
}

function childText(child: XmlChild): string {
  return child instanceof Xml ? child.text : escape(String(child));
}

function indent(text: string): string {
  return text
    .split('\n')
    .map((line) => `  ${line}`)
    .join('\n');
}

/** Control characters and lone surrogates do not exist in XML 1.0; in their place stands U+FFFD. */
function clean(text: string): string {
  return text.toWellFormed().replace(/[^\t\n\r\u0020-\uFFFD\u{10000}-\u{10FFFF}]/gu, '\uFFFD');
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  "'": '&apos;',
  '"': '&quot;',
  // As themselves a parser would turn these into spaces within an attribute.
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
};

function escape(text: string): string {
  return clean(text).replace(/[&<>'"\t\n\r]/g, (character) => entities[character]!);
}

function assertName(name: string): void {
  if (!nameForm.test(name)) throw new Error(`not an XML name: ${JSON.stringify(name)}`);
}
