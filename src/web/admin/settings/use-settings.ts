import { useQuery, useQueryClient } from '@tanstack/react-query';
import { askTagged, CloudProblem } from '../../cloud/client.ts';
import type { Fields } from './shape.ts';

/** The settings as they were read, or as they were after a change. */
export interface Known {
  readonly settings: Fields;
  readonly etag: string | null;
}

/**
 * Saves sections of the settings. `base`: what the reader saw when they began to change them. Throws CloudProblem,
 * CHANGED_MEANWHILE when somebody else changed these sections since; then the newest settings are shown.
 */
export type Save = (patch: Fields, base: Known) => Promise<void>;

const key = ['settings'];
const path = '/v1/settings';

export function useSettings() {
  const client = useQueryClient();
  const { data: known, error } = useQuery({ queryKey: key, queryFn: () => asKnown(askTagged<Fields>('GET', path)), staleTime: 0 });
  const show = (newest: Known) => void client.setQueryData(key, newest);
  const save: Save = async (patch, base) => {
    const send = ({ etag }: Known) =>
      asKnown(askTagged<Fields>('PATCH', path, { body: patch, ...(etag === null ? {} : { headers: { 'if-match': etag } }) }));
    try {
      show(await send(base));
    } catch (error_) {
      if (!(error_ instanceof CloudProblem) || error_.problem.code !== 'CHANGED_MEANWHILE') throw error_;
      const newest = await asKnown(askTagged<Fields>('GET', path));
      show(newest);
      if (!isAsBefore(base, newest, Object.keys(patch))) throw error_;
      // What was changed is something else, of which nothing is sent.
      show(await send(newest));
    }
  };
  return { known, error, save };
}

/** Whether nobody else changed these sections. */
export function isAsBefore(base: Known, newest: Known, sections: readonly string[]): boolean {
  return sections.every((name) => JSON.stringify(base.settings[name]) === JSON.stringify(newest.settings[name]));
}

async function asKnown(answer: Promise<{ body: Fields; etag: string | null }>): Promise<Known> {
  const { body, etag } = await answer;
  return { settings: body, etag };
}
