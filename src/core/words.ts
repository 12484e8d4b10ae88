/** A kind's name as it stands in a sentence: `instance type`, `SSH key`. */
export function spoken(kindName: string): string {
  return kindName.replace(/^ssh-/, 'SSH ').replaceAll('-', ' ');
}

/** `an instance`, `a host`, `an SSH key`. */
export function withArticle(kindName: string): string {
  return `${/^[aeio]|^ssh-/.test(kindName) ? 'an' : 'a'} ${spoken(kindName)}`;
}

/** `stopped, suspended or failed`. */
export function oneOf(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}

/** With a capital, for the beginning of a sentence. */
export function capitalised(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
