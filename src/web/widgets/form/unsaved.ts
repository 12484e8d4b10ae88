import { useEffect, useRef } from 'react';

/** The forms of the page that hold what would be lost with them. */
const unsaved = new Set<object>();

export function hasUnsaved(): boolean {
  return unsaved.size > 0;
}

/** It is saved, or not wanted: nobody is asked about it any more. */
export function forgetUnsaved(): void {
  unsaved.clear();
}

/** For a form: while `isUnsaved`, whoever leaves the page, or closes the dialog that it stands in, is asked first. */
export function useUnsaved(isUnsaved: boolean): void {
  const form = useRef({});
  useEffect(() => {
    const { current } = form;
    if (isUnsaved) unsaved.add(current);
    return () => void unsaved.delete(current);
  }, [isUnsaved]);
}
