import type { Virtualizer } from '@tanstack/react-virtual';
import type { KeyboardEvent } from 'react';

const jump = 10;

/** Where a key leads from row `index` of `count`; null: it is no key of ours. */
export function rowAfterKey(key: string, index: number, count: number): number | null {
  const target = { ArrowDown: index + 1, ArrowUp: index - 1, PageDown: index + jump, PageUp: index - jump, Home: 0, End: count - 1 }[key];
  return target === undefined ? null : Math.max(0, Math.min(count - 1, target));
}

/** From row to row with the arrows: the link of the next row gets the focus, and comes into view first. The space bar selects. */
export function useArrowKeys(virtual: Virtualizer<Window, Element>, count: number) {
  return (event: KeyboardEvent<HTMLTableElement>): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const row = (event.target as Element).closest<HTMLElement>('tr[data-index]');
    const isInMenu = (event.target as Element).closest('[role=menu]') !== null;
    if (isInMenu) return;
    const table = event.currentTarget;
    if (event.key === ' ' && row !== null && event.target instanceof HTMLAnchorElement) {
      event.preventDefault();
      row.querySelector<HTMLElement>('input[type=checkbox]')?.click();
      return;
    }
    const index = row === null ? -1 : Number(row.dataset['index']);
    const target = rowAfterKey(event.key, index, count);
    if (target === null || target === index) return;
    event.preventDefault();
    focusRow(table, virtual, target);
  };
}

/** The row may have to be drawn first. */
function focusRow(table: HTMLTableElement, virtual: Virtualizer<Window, Element>, index: number): void {
  virtual.scrollToIndex(index, { align: 'auto' });
  let tries = 0;
  const look = (): void => {
    const link = table.querySelector<HTMLElement>(`tr[data-index="${index}"] :is(a, button)`);
    if (link !== null) link.focus({ preventScroll: true });
    else if (tries++ < 20) requestAnimationFrame(look);
  };
  look();
}
