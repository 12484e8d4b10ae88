/** What a state of an instance means at a glance. */
export type Mood = 'good' | 'busy' | 'rest' | 'asleep' | 'wrong' | 'unsure';

export const moods: readonly Mood[] = ['good', 'busy', 'asleep', 'rest', 'unsure', 'wrong'];

const others: Readonly<Record<string, Mood>> = {
  running: 'good',
  stopped: 'rest',
  paused: 'asleep',
  suspended: 'asleep',
  failed: 'wrong',
  unknown: 'unsure',
};

/** Whatever is none of the others is under way. */
export function moodOf(state: string): Mood {
  return others[state] ?? 'busy';
}
