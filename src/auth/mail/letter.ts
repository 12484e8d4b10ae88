import type { Mail } from '../../ports/mail.ts';

export type MailLanguage = 'en' | 'fr';

/** What every mail of the cloud knows. */
export interface Addressed {
  readonly to: string;
  /** Log-in name; null: not known to us, or not to be told to whom we write. Never a name that its owner may write freely: it could be an advertisement. */
  readonly user: string | null;
  readonly cloud: { readonly name: string; /** Address of its page, from the settings and never from a request. */ readonly url: string };
}

export interface Letter {
  readonly subject: string;
  readonly paragraphs: readonly string[];
  /** Facts, one to a line. */
  readonly facts?: readonly (readonly [label: string, value: string])[];
  /** What somebody else wrote: shown as such, behind a line that says whose words these are. null: they wrote nothing. */
  readonly quote?: { readonly lead: string; readonly text: string | null };
  readonly link?: { readonly label: string; readonly url: string };
  /** Behind the link. */
  readonly after?: readonly string[];
}

const lineWidth = 72;
const quoteLengthMax = 2_000;
const words = {
  en: { hello: 'Hello', colon: ':', sentBy: 'This mail was sent by the cloud itself. Nobody reads answers to it.' },
  fr: { hello: 'Bonjour', colon: ' :', sentBy: 'Ce message est envoyé par le nuage lui-même. Personne ne lit les réponses.' },
} as const;

/** A letter as text and as HTML that says the same; whatever is in it stays text. */
export function mailOf({ to, user, cloud }: Addressed, language: MailLanguage, letter: Letter): Mail {
  const { hello, colon, sentBy } = words[language];
  const spaced = language === 'fr' ? frenchSpaces : (text: string) => text;
  const [greeting, facts] = [
    `${hello}${user === null ? '' : ` ${user}`},`,
    (letter.facts ?? []).map(([label, value]) => `${spaced(label + colon)} ${oneLine(value)}`),
  ];
  const { link, after = [] } = letter;
  const { lead, text: said } = letter.quote ?? { lead: '', text: null };
  const quoted =
    said === null
      ? []
      : said
          .slice(0, quoteLengthMax)
          .split(/\r\n|\r|\n/)
          .map(clean);
  const text = [
    greeting,
    ...letter.paragraphs.map((each) => wrapped(spaced(each))),
    ...(facts.length === 0 ? [] : [facts.map((each) => `  ${each}`).join('\n')]),
    ...(quoted.length === 0 ? [] : [spaced(lead), quoted.map((line) => `> ${line}`.trimEnd()).join('\n')]),
    ...(link === undefined ? [] : [`${spaced(link.label + colon)}\n${webAddress(link.url)}`]),
    ...after.map((each) => wrapped(spaced(each))),
    `-- \n${clean(cloud.name)}\n${webAddress(cloud.url)}\n${wrapped(spaced(sentBy))}`,
  ];
  const html = [
    `<!doctype html>\n<html lang="${language}">\n<head><meta charset="utf-8"><title>${escaped(oneLine(spaced(letter.subject)))}</title></head>`,
    '<body style="font-family: sans-serif; max-width: 36em; line-height: 1.5">',
    paragraph(greeting),
    ...letter.paragraphs.map((each) => paragraph(spaced(each))),
    ...(facts.length === 0 ? [] : [`<ul>\n${facts.map((each) => `<li>${escaped(each)}</li>`).join('\n')}\n</ul>`]),
    ...(quoted.length === 0
      ? []
      : [
          paragraph(spaced(lead)),
          `<blockquote style="border-left: 3px solid #999; margin-left: 0; padding-left: 1em">${quoted.map(escaped).join('<br>\n')}</blockquote>`,
        ]),
    ...(link === undefined
      ? []
      : [`<p><a href="${escaped(webAddress(link.url))}">${escaped(spaced(link.label))}</a><br>\n<small>${escaped(link.url)}</small></p>`]),
    ...after.map((each) => paragraph(spaced(each))),
    `<hr>\n<p><small>${escaped(cloud.name)}<br>\n<a href="${escaped(webAddress(cloud.url))}">${escaped(cloud.url)}</a><br>\n${escaped(spaced(sentBy))}</small></p>`,
    '</body>\n</html>',
  ];
  return { to, subject: oneLine(spaced(letter.subject)), text: `${text.map(clean).join('\n\n')}\n`, html: `${html.join('\n')}\n` };
}

function paragraph(text: string): string {
  return `<p>${escaped(text)}</p>`;
}

function escaped(text: string): string {
  const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
  return clean(text).replaceAll(/[&<>"']/g, (sign) => entities[sign] ?? sign);
}

/** A page of ours, and no script that calls itself one. */
function webAddress(url: string): string {
  if (!/^https?:\/\/[^\s<>"']+$/.test(url)) throw new Error('a mail has a link that is no web address');
  return url;
}

/** No control characters but line breaks: a terminal may be what shows it. */
function clean(text: string): string {
  return text.replaceAll(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, ' ');
}

/** A subject. */
function oneLine(text: string): string {
  return clean(text).replaceAll('\n', ' ').slice(0, 200);
}

/** Spaces that no line breaks at, where French has them. */
function frenchSpaces(text: string): string {
  return text.replaceAll(/ (?=[:;?!»])/g, '\u00a0').replaceAll('« ', '«\u00a0');
}

/** Only at ordinary spaces. */
function wrapped(text: string): string {
  let line = 0;
  return text
    .split(' ')
    .map((word, at) => {
      const isBroken = at > 0 && line + 1 + word.length > lineWidth;
      line = isBroken || at === 0 ? word.length : line + 1 + word.length;
      return `${at === 0 ? '' : isBroken ? '\n' : ' '}${word}`;
    })
    .join('');
}
