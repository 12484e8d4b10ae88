import { hostname } from 'node:os';
import { namePattern } from '../core/schema.ts';

/** What this machine is called in the cloud: its own name where that is a valid one. */
export function hostName(): string {
  const name = (hostname().split('.')[0] ?? '').toLowerCase().replaceAll(/[^a-z0-9-]/g, '-');
  return new RegExp(namePattern).test(name) ? name : 'host-1';
}
