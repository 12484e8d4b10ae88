/** How long an instance may live, as people choose it. */
export const leaseChoices = ['longest', '1d', '7d', '30d', 'own'] as const;
export type LeaseChoice = (typeof leaseChoices)[number];

export interface LeaseDraft {
  readonly choice: LeaseChoice;
  /** Whole days; counts where `choice` is `own`. */
  readonly days: number | string;
}

/** What the API can be asked for at most; days. */
const daysMax = 99_999;

/** Those that are shorter than the longest that there may be. `longestDays` null: for ever. */
export function possibleChoices(longestDays: number | null): LeaseChoice[] {
  return leaseChoices.filter((choice) => !(choice in daysOf) || longestDays === null || daysOf[choice as keyof typeof daysOf] < longestDays);
}
const daysOf = { '1d': 1, '7d': 7, '30d': 30 } as const;

/** What is wrong with the days that were typed, with what fills it; null: nothing. */
export function leaseProblem({ choice, days }: LeaseDraft, longestDays: number | null): { key: 'lease' | 'leaseLong'; most: number } | null {
  const most = longestDays ?? daysMax;
  if (choice !== 'own') return null;
  const count = Number(days);
  if (days === '' || !Number.isInteger(count) || count < 1) return { key: 'lease', most };
  return count > most ? { key: 'leaseLong', most } : null;
}

/** As the API takes it; undefined: as long as may be. */
export function leaseOf({ choice, days }: LeaseDraft): string | undefined {
  return choice === 'longest' ? undefined : choice === 'own' ? `${Number(days)}d` : choice;
}
