import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import type { WordsOf } from './words.ts';

export const languages = { en: 'English', fr: 'Français' } as const;
export type Language = keyof typeof languages;
const kept = 'stratus.language';

/** The reader's choice, else the browser's first language that we speak, else English. */
export function firstLanguage(): Language {
  const wanted = [localStorage.getItem(kept) ?? '', ...navigator.languages];
  return wanted.map((each) => each.slice(0, 2)).find((each): each is Language => each in languages) ?? 'en';
}

/** Each part of the page brings its words in every language; `t('instance:columns.address')`. */
export function startWords(parts: Readonly<Record<string, WordsOf>>): void {
  const resources = Object.fromEntries(
    Object.keys(languages).map((language) => [
      language,
      Object.fromEntries(Object.entries(parts).map(([part, words]) => [part, words[language as Language]])),
    ]),
  );
  void i18next.use(initReactI18next).init({
    resources,
    lng: firstLanguage(),
    fallbackLng: 'en',
    defaultNS: 'shell',
    returnEmptyString: false,
    // For whoever tests the page: a reader sees the key, which says at least something.
    parseMissingKeyHandler(key: string, fallback?: string) {
      if (fallback === undefined) console.error(`there is no text for ${key}`);
      return fallback ?? key;
    },
    interpolation: { escapeValue: false },
    initAsync: false,
  });
  document.documentElement.lang = i18next.language;
}

/** Words of a part of the page that comes when it is gone to. */
export function addWords(part: string, words: WordsOf): void {
  for (const language of Object.keys(languages) as Language[]) i18next.addResourceBundle(language, part, words[language]);
}

export function speak(language: Language): void {
  localStorage.setItem(kept, language);
  document.documentElement.lang = language;
  void i18next.changeLanguage(language);
}
