import type { IncomingHttpHeaders } from 'node:http';
import type { Resource } from '../core/resource.ts';
import { inputInvalid } from './validation.ts';
import { etagOf } from './wire.ts';

/** The revision that `If-Match` wants; null: any. */
export function ifMatch(headers: IncomingHttpHeaders): number | null {
  const text = headers['if-match']?.trim();
  if (text === undefined || text === '*') return null;
  const revision = /^"(\d{1,15})"$/.exec(text)?.[1];
  if (revision === undefined) throw inputInvalid('If-Match', 'must be one ETag as it was given out, or *');
  return Number(revision);
}

/** The caller has it already, as it is now. */
export function isKnown(headers: IncomingHttpHeaders, resource: Resource): boolean {
  const text = headers['if-none-match'];
  if (text === undefined) return false;
  const etag = etagOf(resource);
  return text.trim() === '*' || text.split(',').some((each) => each.trim().replace(/^W\//, '') === etag);
}
