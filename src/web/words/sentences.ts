/**
 * The cloud speaks English: events, reasons and next steps are whole sentences. A reader of another language gets
 * them by their form: `{name}` in an English sentence stands for what was filled in and is taken over.
 */
export interface SentenceBook {
  translate(sentence: string): string | null;
}

export function sentenceBook(entries: Readonly<Record<string, string>>): SentenceBook {
  const forms = Object.entries(entries).map(([english, other]) => ({ english: new RegExp(`^${asPattern(english)}$`, 's'), other }));
  const whole = (sentence: string): string | null => {
    for (const { english, other } of forms) {
      const found = english.exec(sentence);
      if (found !== null) return other.replaceAll(/\{(\w+)\}/g, (_, name: string) => found.groups?.[name] ?? '');
    }
    return null;
  };
  return { translate: (sentence) => whole(sentence) ?? byClauses(sentence, whole) };
}

/** Drivers say what was being done, then why it was refused: `downloading …: the connection was lost`. null: no clause is known. */
function byClauses(sentence: string, whole: (sentence: string) => string | null): string | null {
  for (const [mark, other] of [
    ['; ', ' ; '],
    [': ', ' : '],
  ] as const) {
    const clauses = sentence.split(mark);
    if (clauses.length === 1) continue;
    const translated = clauses.map((clause) => whole(clause) ?? byClauses(clause, whole));
    if (translated.some((clause) => clause !== null)) return translated.map((clause, index) => clause ?? clauses[index]).join(other);
  }
  return null;
}

/** The first mention of a name takes what stands there; further ones must be the same. */
function asPattern(sentence: string): string {
  const seen = new Set<string>();
  return sentence
    .split(/\{(\w+)\}/)
    .map((part, index) => {
      if (index % 2 === 0) return part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
      if (seen.has(part)) return `\\k<${part}>`;
      seen.add(part);
      // Nothing that was filled in goes over the end of a clause.
      return `(?<${part}>(?:(?!: |; ).)+?)`;
    })
    .join('');
}
