import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { yaml } from '@codemirror/lang-yaml';
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { lintGutter, setDiagnostics } from '@codemirror/lint';
import { Compartment, EditorState } from '@codemirror/state';
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { useEffect, useRef } from 'react';
import { checkPlainUserData } from '../../contextualization/check-plain.ts';
import type { UserDataKind, UserDataRefusal } from '../../contextualization/user-data-kind.ts';

export type Checked = { readonly kind: UserDataKind } | UserDataRefusal;

export interface EditorProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (text: string) => void;
  /** By the cloud's own rules; called for every text, the first included. */
  readonly onChecked: (checked: Checked) => void;
  /** What is said at a line. */
  readonly say: (refusal: UserDataRefusal) => string;
}

/** Colours of both themes, readable on either (4.5 : 1). */
const colours = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: 'light-dark(#0b6b7a, #66d9e8)' },
  { tag: [tags.string, tags.special(tags.string)], color: 'light-dark(#2b6a1e, #a9e34b)' },
  { tag: [tags.comment, tags.lineComment], color: 'var(--mantine-color-dimmed)' },
  { tag: [tags.keyword, tags.meta, tags.labelName, tags.typeName], color: 'light-dark(#862e9c, #e599f7)' },
]);

const looks = EditorView.theme({
  '&': { fontSize: '13px', border: '1px solid var(--mantine-color-default-border)', borderRadius: 'var(--mantine-radius-md)', overflow: 'hidden' },
  '&.cm-focused': { outline: '2px solid var(--mantine-primary-color-filled)', outlineOffset: '1px' },
  '.cm-scroller': { fontFamily: 'var(--mantine-font-family-monospace)', minHeight: '10rem', maxHeight: '26rem' },
  '.cm-content': { caretColor: 'var(--mantine-color-text)' },
  '.cm-cursor': { borderLeftColor: 'var(--mantine-color-text)' },
  '.cm-gutters': { backgroundColor: 'transparent', color: 'var(--mantine-color-dimmed)', borderRight: 'none' },
  '.cm-activeLine': { backgroundColor: 'light-dark(rgba(0, 0, 0, 0.03), rgba(255, 255, 255, 0.04))' },
  '.cm-selectionBackground': { backgroundColor: 'light-dark(#c5f0f5, #12505b) !important' },
  '.cm-tooltip': { backgroundColor: 'var(--mantine-color-body)', border: '1px solid var(--mantine-color-default-border)' },
});

const bytes = new TextEncoder();

/** Loaded when somebody opens it: as big as the rest of the page. Tab leaves it, as every field. */
export function UserDataEditor({ label, value, onChange, onChecked, say }: EditorProps) {
  const place = useRef<HTMLDivElement>(null);
  const editor = useRef<EditorView | null>(null);
  const language = useRef(new Compartment());
  const latest = useRef({ onChange, onChecked, say });
  latest.current = { onChange, onChecked, say };

  const check = (view: EditorView) => {
    const text = view.state.doc.toString();
    const checked = checkPlainUserData(bytes.encode(text.trim() === '' ? '' : text));
    latest.current.onChecked(checked);
    const line = 'problem' in checked && checked.line !== undefined ? view.state.doc.line(Math.min(checked.line, view.state.doc.lines)) : null;
    const found =
      line !== null && 'problem' in checked
        ? [{ from: line.from, to: line.to, severity: 'error' as const, message: latest.current.say(checked) }]
        : [];
    const isYaml = 'kind' in checked ? checked.kind.startsWith('cloud-config') : text.startsWith('#cloud-config');
    view.dispatch(setDiagnostics(view.state, found), { effects: language.current.reconfigure(isYaml ? yaml() : []) });
  };

  useEffect(() => {
    const view = new EditorView({
      parent: place.current as HTMLDivElement,
      state: EditorState.create({
        doc: value,
        extensions: [
          lineNumbers(),
          lintGutter(),
          history(),
          drawSelection(),
          highlightActiveLine(),
          keymap.of([...defaultKeymap, ...historyKeymap]),
          language.current.of([]),
          syntaxHighlighting(colours),
          looks,
          EditorView.lineWrapping,
          EditorView.contentAttributes.of({ 'aria-label': label, spellcheck: 'false' }),
          EditorView.updateListener.of((update) => {
            if (!update.docChanged) return;
            latest.current.onChange(update.state.doc.toString());
            // Not within the update that it is told by.
            queueMicrotask(() => editor.current !== null && check(editor.current));
          }),
        ],
      }),
    });
    editor.current = view;
    check(view);
    return () => {
      editor.current = null;
      view.destroy();
    };
    // oxlint-disable-next-line exhaustive-deps -- made once: its text is its own from then on
  }, [label]);

  // Changed from outside: an example was put in, a file was read.
  useEffect(() => {
    const view = editor.current;
    if (view === null || view.state.doc.toString() === value) return;
    view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: value } });
  }, [value]);

  return <div ref={place} />;
}
