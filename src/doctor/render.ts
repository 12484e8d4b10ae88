import type { Finding, Level } from './finding.ts';

const signs: Record<Level, string> = { ok: '✓', warning: '!', error: '✗' };

/** For a terminal: a line per finding, its remedy below it, and what it comes to. */
export function renderFindings(findings: readonly Finding[]): string {
  const width = Math.max(0, ...findings.map(({ title }) => title.length));
  const lines = findings.flatMap(({ level, title, finding, remedy }) => [
    `${signs[level]} ${title.padEnd(width)}  ${finding}`,
    ...(remedy === '' ? [] : [`  ${' '.repeat(width)}  → ${remedy}`]),
  ]);
  return [...lines, '', summary(findings), ''].join('\n');
}

function summary(findings: readonly Finding[]): string {
  const count = (level: Level) => findings.filter((finding) => finding.level === level).length;
  const [errors, warnings] = [count('error'), count('warning')];
  if (errors > 0)
    return `${errors} ${errors === 1 ? 'finding keeps' : 'findings keep'} the cloud from working here${warnings > 0 ? `, ${warnings} more to know about` : ''}.`;
  return warnings > 0 ? `The cloud works here; ${warnings} to know about.` : 'All is well.';
}
