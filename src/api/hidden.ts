import type { CloudError } from '../core/errors.ts';

const hiddenOnes = new WeakSet<Error>();

/** It is told as absent to who may not see it; the audit log knows the difference. */
export function hidden(error: CloudError): CloudError {
  hiddenOnes.add(error);
  return error;
}

export function isHidden(error: CloudError): boolean {
  return hiddenOnes.has(error);
}
