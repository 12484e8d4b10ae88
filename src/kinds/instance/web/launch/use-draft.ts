import { useCallback, useEffect, useState } from 'react';
import { madeUpName } from '../../../../core/made-up-name.ts';
import { emptyDraft, readDraft, type Draft } from './draft.ts';
import { keptPart } from './kept.ts';

const random = (below: number) => (crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) % below;
export const suggestName = () => madeUpName(random);

/** The form's content, kept for this window until `drop`. */
export function useDraft(userId: string) {
  const [draft, setDraft] = useState<Draft>(() => readDraft(keptPart(userId, 'draft').read(), emptyDraft(suggestName())));
  useEffect(() => keptPart(userId, 'draft').write(JSON.stringify(draft)), [draft, userId]);
  const change = useCallback((part: Partial<Draft>) => setDraft((before) => ({ ...before, ...part })), []);
  const drop = useCallback(() => {
    keptPart(userId, 'sent').write(null);
    // The form may be gone before the new draft could be kept.
    keptPart(userId, 'draft').write(null);
    setDraft(emptyDraft(suggestName()));
  }, [userId]);
  return { draft, change, drop };
}
