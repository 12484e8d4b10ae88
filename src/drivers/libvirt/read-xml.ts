/** One element of a document that libvirt wrote. */
export interface XmlNode {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlNode[];
  /** Text directly in this element, white space trimmed. */
  readonly text: string;
}

interface OpenNode extends XmlNode {
  readonly children: XmlNode[];
  text: string;
}

const textLengthMax = 4 * 1024 * 1024;
const depthMax = 64;

const token = /<!--[\s\S]*?-->|<\?[\s\S]*?\?>|<\/([^\s<>/]+)\s*>|<([^\s<>/!?]+)((?:\s+[^\s=<>/]+\s*=\s*(?:'[^'<]*'|"[^"<]*"))*)\s*(\/?)>|[^<]+/y;
const attribute = /([^\s=]+)\s*=\s*(?:'([^']*)'|"([^"]*)")/g;

/**
 * Reads the plain XML that libvirt serialises: elements, attributes, text, comments. What it does not
 * know (CDATA, DOCTYPE, own entities) it refuses. Throws Error with the place.
 */
export function readXml(text: string): XmlNode {
  if (text.length > textLengthMax) throw new Error(`XML of ${text.length} characters is too long`);
  const root: OpenNode = { name: '', attributes: {}, children: [], text: '' };
  const open: OpenNode[] = [root];
  const read = new RegExp(token);
  let at = 0;
  while (at < text.length) {
    read.lastIndex = at;
    const match = read.exec(text);
    if (!match) throw new Error(`XML not understood at character ${at}`);
    at = read.lastIndex;
    const [all, closes, opens, attributes, selfCloses] = match;
    const parent = open.at(-1)!;
    if (closes !== undefined) {
      if (open.length === 1 || parent.name !== closes) throw new Error(`</${closes}> closes nothing at character ${at}`);
      parent.text = parent.text.trim();
      open.pop();
    } else if (opens !== undefined) {
      const node: OpenNode = { name: opens, attributes: readAttributes(attributes ?? ''), children: [], text: '' };
      parent.children.push(node);
      if (selfCloses !== '/') open.push(node);
      if (open.length > depthMax) throw new Error(`XML nests deeper than ${depthMax}`);
    } else if (!all.startsWith('<')) parent.text += unescape(all);
  }
  const [only] = root.children;
  if (open.length !== 1 || root.children.length !== 1 || root.text.trim() !== '') throw new Error('XML is not one whole element');
  return only!;
}

/** All elements below `node` that are reached by these names, one level each. */
export function find(node: XmlNode, ...path: readonly string[]): XmlNode[] {
  return path.reduce<XmlNode[]>((nodes, name) => nodes.flatMap((each) => each.children.filter((child) => child.name === name)), [node]);
}

function readAttributes(text: string): Record<string, string> {
  const attributes: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const [, name, single, double] of text.matchAll(attribute)) attributes[name!] = unescape(single ?? double ?? '');
  return attributes;
}

const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', apos: "'", quot: '"' };

function unescape(text: string): string {
  return text.replace(/&(?:#x([0-9a-fA-F]{1,6})|#([0-9]{1,7})|([a-z]+));/g, (all, hex?: string, decimal?: string, name?: string) => {
    if (name !== undefined) return named[name] ?? all;
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : all;
  });
}
