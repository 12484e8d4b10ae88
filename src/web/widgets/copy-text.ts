/** Puts text into the clipboard; false where the browser does not let us. */
export async function copyText(text: string): Promise<boolean> {
  // Over plain HTTP from another machine there is none.
  const { clipboard } = navigator as { clipboard?: Clipboard };
  if (clipboard !== undefined) {
    const isDone = await clipboard.writeText(text).then(
      () => true,
      () => false,
    );
    if (isDone) return true;
  }
  return copyAsSelected(text);
}

/** The old way, which wants a field that is selected. */
function copyAsSelected(text: string): boolean {
  const before = document.activeElement;
  const field = document.createElement('textarea');
  field.value = text;
  field.style.position = 'fixed';
  field.style.opacity = '0';
  // Within a dialog: its trap would take the focus away from anywhere else.
  (before?.closest('[role=dialog]') ?? document.body).append(field);
  field.select();
  const isDone = document.execCommand('copy');
  field.remove();
  if (before instanceof HTMLElement) before.focus({ preventScroll: true });
  return isDone;
}
