import { useEffect } from 'react';

/** After Mantine's own attempt, which aims at a menu's entry that is gone by then. */
const afterMs = 30;

let chosenIn: Element | null = null;

/** Told when an entry of a menu is chosen: by the time that a dialog opens for it, the entry is gone. */
export function rememberMenuOf(entry: Element): void {
  chosenIn = document.getElementById(entry.closest('[role=menu]')?.getAttribute('aria-labelledby') ?? '');
}

/** When a dialog closes, the focus goes back to what opened it: of an entry in a menu, to the menu's button. */
export function useReturnFocus(isOpen: boolean): void {
  useEffect(() => {
    if (!isOpen) return undefined;
    const opener = chosenIn ?? document.activeElement;
    chosenIn = null;
    return () => void setTimeout(() => focusUnlessElsewhere(opener), afterMs);
  }, [isOpen]);
}

/** Somewhere on the page itself, it was put there on purpose; in a dialog that is fading away it is lost with it. */
export function focusUnlessElsewhere(element: Element | null): void {
  const { activeElement, body } = document;
  const isLost = activeElement === null || activeElement === body || activeElement.closest('[role=dialog], [role=menu]') !== null;
  if (isLost && element instanceof HTMLElement && element.isConnected) element.focus({ preventScroll: true });
}
