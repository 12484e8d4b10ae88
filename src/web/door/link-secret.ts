const kept = 'stratus.link';

/**
 * The secret of the link that was opened: it stands behind `#`, so that no request line ever had it, and leaves the
 * address bar and the history at once. null: there is none.
 */
export function takeLinkSecret(): string | null {
  const given = decoded(location.hash.slice(1));
  const before = sessionStorage.getItem(kept);
  sessionStorage.removeItem(kept);
  if (given === '') return before;
  history.replaceState(history.state, '', location.pathname);
  return given;
}

/** While its owner logs in at a provider, which takes the whole page away. */
export function keepLinkSecret(secret: string): void {
  sessionStorage.setItem(kept, secret);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
