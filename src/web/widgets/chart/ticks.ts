/** Steps of an axis of bytes: powers of two, so that its labels are whole KiB and MiB. */
export const byteSteps: number[] = Array.from({ length: 54 }, (_, power) => 2 ** power);

export const countSteps: number[] = Array.from({ length: 16 }, (_, power) => [1, 2, 5].map((each) => (each * 10 ** power) / 10)).flat();

/** Of a share of 1. */
export const shareSteps: number[] = [0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1];

/** What stands under an axis of time: the clock; where a day begins the day too, alone where ticks are days apart. */
export function timeLabels(language: string, times: readonly number[], stepSeconds: number): string[] {
  const clock = new Intl.DateTimeFormat(language, { timeStyle: 'short' });
  const day = new Intl.DateTimeFormat(language, { day: 'numeric', month: 'short' });
  let before = '';
  return times.map((seconds, index) => {
    const at = new Date(seconds * 1_000);
    const today = day.format(at);
    const isNewDay = today !== before;
    before = today;
    if (stepSeconds >= 86_400) return today;
    // The first tick says its day only where there are several days.
    return isNewDay && (index > 0 || dayOf(times.at(-1) ?? 0) !== dayOf(seconds)) ? `${clock.format(at)}\n${today}` : clock.format(at);
  });
}

const dayOf = (seconds: number) => new Date(seconds * 1_000).toDateString();

/** Values that stand alone between gaps: a line would not show them. */
export function loneValues(values: readonly (number | null | undefined)[]): number[] {
  return values.flatMap((value, index) => (value != null && values[index - 1] == null && values[index + 1] == null ? [index] : []));
}
