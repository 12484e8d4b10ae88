/** A tree of texts: leaves are sentences with `{{name}}` for what is filled in and `_one`, `_other` for plurals. */
export interface Words {
  readonly [key: string]: string | Words;
}

type SameShape<T> = { readonly [K in keyof T]: T[K] extends string ? string : SameShape<T[K]> };

export interface WordsOf<T extends Words = Words> {
  readonly en: T;
  readonly fr: SameShape<T>;
}

/** The compiler refuses a text that one language has and the other has not. */
export function words<const T extends Words>(of: WordsOf<T>): WordsOf {
  return of;
}
