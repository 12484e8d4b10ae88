import { act, settled, wait, type Plan, type WaitingFor } from '../../core/plan.ts';
import type { Image } from './image.ts';

export type ImageAction =
  | { readonly do: 'import' }
  | { readonly do: 'forget-content' }
  | { readonly do: 'remove-content' }
  | { readonly do: 'finish-deletion' };

/** What the control plane does next about an image. Pure. */
export function planImage(image: Image, seen: { contentStored: boolean; instances: number }): Plan<ImageAction> {
  if (image.deletedAt !== null) {
    // Asked for at the very moment when its deletion was granted: such an instance still needs its content.
    if (seen.instances > 0)
      return wait(
        {
          code: 'in-use',
          reason: `${seen.instances} instances were made from it`,
          owner: 'user',
          deadline: null,
          next: 'it goes when they are deleted',
        },
        10_000,
      );
    const deleting = {
      code: 'deleting',
      reason: 'its content is being removed',
      owner: 'cloud',
      deadline: null,
      next: 'its name is free again',
    } as const;
    return seen.contentStored ? act(deleting, { do: 'remove-content' }, { do: 'finish-deletion' }) : act(deleting, { do: 'finish-deletion' });
  }
  if (image.status.content !== null) return seen.contentStored ? settled : act(importing, { do: 'forget-content' });
  const { failure } = image.status;
  if (failure?.generation === image.generation) {
    return wait(importFailed(image, failure.reason), null);
  }
  return act(importing, { do: 'import' });
}

const importing = {
  code: 'import',
  reason: 'its content is being brought in',
  owner: 'cloud',
  deadline: null,
  next: 'instances can be made from it',
} as const;

/** Nobody but its owner can go on from here. */
export function importFailed(image: Image, reason: string): WaitingFor {
  const { name } = image;
  return {
    code: 'import-failed',
    reason,
    owner: 'user',
    deadline: null,
    next: `correct the cause, then: stratus image retry ${name}; or give it up: stratus image delete ${name}`,
  };
}
