import { CommandError } from './exit-codes.ts';

export const durationForm = /^\d{1,7}[smhd]$/;

/** `30d` in seconds. Throws CommandError. */
export function secondsOf(text: string): number {
  const sizes: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 };
  if (!durationForm.test(text)) throw new CommandError('usage', `${text} is no duration.`, 'Write it like 10s, 5m, 1h or 30d.');
  return Number(text.slice(0, -1)) * (sizes[text.slice(-1)] ?? 1);
}
