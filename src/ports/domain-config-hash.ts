import { createHash } from 'node:crypto';
import type { DomainConfig } from './hypervisor.ts';

/** What {@link DomainConfig}s are compared by: equal for equal values in whatever order their fields stand. Hex, 32 digits. */
export function domainConfigHash(config: DomainConfig): string {
  return createHash('sha256').update(canonical(config)).digest('hex').slice(0, 32);
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const fields = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${fields.map(([key, field]) => `${JSON.stringify(key)}:${canonical(field)}`).join(',')}}`;
}
