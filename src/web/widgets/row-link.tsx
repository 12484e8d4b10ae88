import { useRouter } from '@tanstack/react-router';
import type { MouseEvent, ReactNode } from 'react';
import classes from './row-link.module.css';

/** A link within a table of many rows: it looks like the others and costs a fraction of one while it is scrolled. */
export function RowLink({ to, strong = false, children }: { to: string; strong?: boolean; children: ReactNode }) {
  const router = useRouter();
  const open = (event: MouseEvent) => {
    // A new tab or window, and saving, are the browser's.
    if (event.defaultPrevented || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    void router.navigate({ to });
  };
  return (
    <a href={to} className={classes['link']} data-strong={strong || undefined} onClick={open}>
      {children}
    </a>
  );
}
