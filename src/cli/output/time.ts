const isoTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

export function isTime(text: string): boolean {
  return isoTime.test(text);
}

const steps = [
  { unit: 'd', ms: 86_400_000, from: 2 },
  { unit: 'h', ms: 3_600_000, from: 1 },
  { unit: 'min', ms: 60_000, from: 1 },
  { unit: 's', ms: 1_000, from: 1 },
];

/** `3 min ago`, `in 20 s`, `just now`; rounded down. */
export function relativeTime(iso: string, nowMs: number): string {
  const ms = nowMs - Date.parse(iso);
  if (Number.isNaN(ms)) return iso;
  const far = Math.abs(ms);
  const step = steps.find((each) => far >= each.ms * each.from);
  if (step === undefined) return 'just now';
  const text = `${Math.floor(far / step.ms)} ${step.unit}`;
  return ms < 0 ? `in ${text}` : `${text} ago`;
}
