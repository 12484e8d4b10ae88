const longest = 500;

/** A path of this page and nothing else: no other site, however browsers may read it. */
export function ownPath(given: unknown): string | null {
  if (typeof given !== 'string' || given.length > longest) return null;
  return /^\/(?![/\\])[\x21-\x7e]*$/.test(given) ? given : null;
}

/** Where somebody who logs in here wants to go: the log-in is shown at that very address, or was gone to from there. */
export function wantedPath({ pathname, search }: Pick<Location, 'pathname' | 'search'>): string {
  if (pathname === '/log-in') return ownPath(new URLSearchParams(search).get('returnTo')) ?? '/';
  return ownPath(pathname + search) ?? '/';
}
