import { Textarea } from '@mantine/core';
import { useEffect } from 'react';
import { userDataKind } from '../../contextualization/user-data-kind.ts';
import type { EditorProps } from './user-data-editor.tsx';

/** Where the editor does not come (the line is cut, say): what was typed stays, and the cloud checks it. */
export function PlainEditor({ label, value, onChange, onChecked }: EditorProps) {
  useEffect(() => {
    const kind = userDataKind(new TextEncoder().encode(value.trim() === '' ? '' : value));
    onChecked(typeof kind === 'string' ? { kind } : kind);
    // oxlint-disable-next-line exhaustive-deps -- told anew only of a new text
  }, [value]);
  return (
    <Textarea
      aria-label={label}
      autosize
      minRows={8}
      maxRows={20}
      spellCheck={false}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
    />
  );
}
