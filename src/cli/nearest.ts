/** The candidate that a mistyped word most likely meant; null when none is near. */
export function nearest(word: string, candidates: Iterable<string>): string | null {
  const asked = word.slice(0, 100).toLowerCase();
  const tolerance = Math.max(1, Math.floor(asked.length / 3));
  let best: string | null = null;
  let bestDistance = tolerance + 1;
  for (const candidate of candidates) {
    const lower = candidate.slice(0, 100).toLowerCase();
    const isPrefix = asked.length >= 2 && lower.startsWith(asked);
    const far = isPrefix ? 1 : distance(asked, lower);
    if (far < bestDistance) [best, bestDistance] = [candidate, far];
  }
  return best;
}

/** Letters to add, take away, change or swap with their neighbour (Damerau's distance, restricted form). */
export function distance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      let least = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + cost);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) least = Math.min(least, (beforeLast[j - 2] ?? 0) + 1);
      row.push(least);
    }
    [beforeLast, last] = [last, row];
  }
  return last[b.length] ?? 0;
}
