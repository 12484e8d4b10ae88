import { useTranslation } from 'react-i18next';
import { frenchSentences } from './sentences.fr.ts';
import { sentenceBook } from './sentences.ts';

const books = { fr: sentenceBook(frenchSentences) };

/** What the cloud says in English, in the reader's language; as it is where the book has no such sentence. */
export function useSentence(): (sentence: string) => string {
  const { i18n } = useTranslation();
  const book = books[i18n.language as keyof typeof books] as (typeof books)['fr'] | undefined;
  return (sentence) => book?.translate(sentence) ?? sentence;
}
