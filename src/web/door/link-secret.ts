const kept = 'stratus.link';

/** Of this page; undefined: nobody has asked yet. What is drawn may be drawn twice before it is shown. */
let taken: string | null | undefined;

/**
 * The secret of the link that was opened: it stands behind `#`, so that no request line ever had it, and leaves the
 * address bar and the history at once. null: there is none.
 */
export function takeLinkSecret(): string | null {
  const given = decoded(location.hash.slice(1));
  if (given !== '') {
    taken = given;
    history.replaceState(history.state, '', location.pathname);
  }
  taken ??= sessionStorage.getItem(kept);
  sessionStorage.removeItem(kept);
  return taken;
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
