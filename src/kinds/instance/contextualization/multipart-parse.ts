export interface MessagePart {
  /** Lower case, without parameters, e.g. `text/cloud-config`. */
  readonly mediaType: string;
  readonly fileName: string | null;
  /** Lower case; `7bit` where nothing is said. */
  readonly encoding: string;
  /** As it stands in the message, not decoded. */
  readonly body: string;
}

export const partsMax = 100;
const boundaryLengthMax = 70;

/** The parts of a MIME multipart message (RFC 2046), one level deep; or in words why it has none. */
export function parseMultipart(message: string): readonly MessagePart[] | { readonly problem: string } {
  const { headers, body } = splitHead(message);
  const boundary = parameter(headers.get('content-type') ?? '', 'boundary');
  if (boundary === null || boundary === '' || boundary.length > boundaryLengthMax)
    return { problem: 'its Content-Type names no boundary of 1 to 70 characters' };

  const parts: MessagePart[] = [];
  let lines: string[] | null = null;
  for (const line of body.split('\n')) {
    // Blanks may follow a boundary on its line.
    const text = line.trimEnd();
    const ends = text === `--${boundary}--`;
    if (!ends && text !== `--${boundary}`) {
      lines?.push(line);
      continue;
    }
    if (lines !== null) parts.push(partOf(lines.join('\n')));
    if (parts.length > partsMax) return { problem: `it has more than ${partsMax} parts` };
    if (ends) return parts.length > 0 ? parts : { problem: 'it has no part' };
    lines = [];
  }
  return { problem: lines === null ? 'its boundary does not occur in it' : 'its closing boundary is missing' };
}

function partOf(text: string): MessagePart {
  const { headers, body } = splitHead(text);
  const type = headers.get('content-type') ?? 'text/plain';
  return {
    mediaType: (type.split(';', 1)[0] ?? '').trim().toLowerCase(),
    fileName: parameter(headers.get('content-disposition') ?? '', 'filename'),
    encoding: (headers.get('content-transfer-encoding') ?? '7bit').trim().toLowerCase(),
    body,
  };
}

/** Headers, their continuations unfolded, up to the first empty line. */
function splitHead(text: string): { headers: Map<string, string>; body: string } {
  const headers = new Map<string, string>();
  let last = '';
  let at = 0;
  while (at < text.length) {
    const end = text.indexOf('\n', at) < 0 ? text.length : text.indexOf('\n', at);
    const line = text.slice(at, end).replace(/\r$/, '');
    at = end + 1;
    if (line === '') break;
    const colon = line.indexOf(':');
    if (/^[ \t]/.test(line)) headers.set(last, `${headers.get(last) ?? ''} ${line.trim()}`);
    else if (colon > 0) headers.set((last = line.slice(0, colon).trim().toLowerCase()), line.slice(colon + 1).trim());
  }
  return { headers, body: text.slice(at) };
}

function parameter(header: string, name: string): string | null {
  const found = new RegExp(`;\\s*${name}\\s*=\\s*(?:"([^"]*)"|([^\\s;"]+))`, 'i').exec(header);
  return found?.[1] ?? found?.[2] ?? null;
}
