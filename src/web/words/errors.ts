import { errorCatalogue } from '../../core/errors.ts';
import type { Words, WordsOf } from './words.ts';

/** `{name}` of the catalogue as i18next writes it. */
const fillable = (text: string) => text.replaceAll(/\{(\w+)\}/g, '{{$1}}');

const english: Words = Object.fromEntries(
  Object.entries(errorCatalogue).map(([code, { says, remedy }]) => [code, { says: fillable(says), remedy: fillable(remedy) }]),
);

export const errorWords: WordsOf = { en: english, fr: english };
