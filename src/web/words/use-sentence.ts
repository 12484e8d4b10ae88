import i18next from 'i18next';
import { useTranslation } from 'react-i18next';
import { frenchSentences } from './sentences.fr.ts';
import { sentenceBook } from './sentences.ts';

const books = { fr: sentenceBook(frenchSentences) };

/** What the cloud says in English, in the reader's language; as it is where the book has no such sentence. */
export function saySentence(sentence: string): string {
  const book = books[i18next.language as keyof typeof books] as (typeof books)['fr'] | undefined;
  return book?.translate(sentence) ?? sentence;
}

/** {@link saySentence} for a component: it is drawn anew when the language changes. */
export function useSentence(): (sentence: string) => string {
  useTranslation();
  return saySentence;
}
