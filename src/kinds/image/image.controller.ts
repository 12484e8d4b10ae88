import { admit, systemCaller } from '../../control/admission.ts';
import { since, updateStatus, type Controller, type ReconcileDeps } from '../../control/controller.ts';
import { CloudError } from '../../core/errors.ts';
import { DriverError } from '../../core/driver-error.ts';
import type { ImageStore } from '../../ports/image-store.ts';
import { importFailed, planImage, type ImageAction } from './image.plan.ts';
import type { Image, ImageContent, ImageStatus } from './image.ts';

/** Progress is written at most this often. */
const tellEveryMs = 500;

/** Brings image contents into the store, and takes them out. */
export function imageController(
  deps: ReconcileDeps,
  store: ImageStore,
): Controller<Image, { contentStored: boolean; instances: number }, ImageAction> {
  const update = (image: Image, change: (status: ImageStatus) => ImageStatus) =>
    updateStatus(deps, 'image', image.id, (current) => change(current.status as ImageStatus));

  const fail = (image: Image, reason: string) =>
    updateStatus(deps, 'image', image.id, (current) => ({
      ...(current.status as ImageStatus),
      progress: null,
      failure: { reason, generation: image.generation },
      waitingFor: since(current, importFailed(image, reason), deps.clock),
    }));

  /** How large it is shows only when it is there: false when that is too much for the project, or for who made it. */
  const keep = async (image: Image, content: ImageContent): Promise<boolean> => {
    try {
      await update(image, (status) => ({ ...status, content, progress: null, failure: null }));
      return true;
    } catch (error) {
      if (!(error instanceof CloudError) || error.code !== 'QUOTA_EXCEEDED') throw error;
      await fail(image, `${error.message} ${error.remedy}`);
      return false;
    }
  };

  const importContent = async (image: Image, signal: AbortSignal): Promise<void> => {
    let toldAtMs = 0;
    try {
      const content = await store.import(
        image.id,
        image.spec.source,
        (progress) => {
          if (deps.clock.now() - toldAtMs < tellEveryMs) return;
          toldAtMs = deps.clock.now();
          void update(image, (status) => (status.content === null ? { ...status, progress } : status)).catch(() => undefined);
        },
        signal,
      );
      const { sha256, format, sizeBytes, virtualSizeBytes } = content;
      const isKept = await keep(image, { sha256, format, sizeBytes, virtualSizeBytes });
      if (!isKept && (await deps.store.count('image', 'content', sha256)) === 0) await store.remove(sha256);
      await store.discardImport(image.id);
    } catch (error) {
      if (signal.aborted) throw error;
      if (!(error instanceof DriverError) || error.retry !== 'never') {
        // What it waits for is now the next try, and the reason is told: a step would hide that.
        await update(image, (status) => ({ ...status, progress: null }));
        throw error;
      }
      await fail(image, error.message);
    }
  };

  return {
    kind: 'image',
    concurrency: 2,
    async observe(image) {
      const { content } = image.status;
      return {
        contentStored: content !== null && (await store.has(content.sha256)),
        instances: image.deletedAt === null ? 0 : await deps.store.count('instance', 'image', image.id),
      };
    },
    plan: (image, seen) => planImage(image, seen),
    async act(action, image, signal) {
      switch (action.do) {
        case 'import':
          return importContent(image, signal);
        case 'forget-content':
          await update(image, (status) => ({ ...status, content: null }));
          return;
        case 'remove-content': {
          const sha256 = image.status.content?.sha256 ?? '';
          if ((await deps.store.count('image', 'content', sha256)) <= 1) await store.remove(sha256);
          return;
        }
        case 'finish-deletion': {
          await store.discardImport(image.id);
          await admit(deps, systemCaller, async (admission) => {
            const current = await admission.get('image', image.id);
            if (current === null) return;
            admission.remove(current);
            const requestId = current.requestId ?? null;
            admission.event(current, { type: 'state', message: `image ${image.name} is deleted`, from: 'deleting', to: 'deleted', requestId });
          });
        }
      }
    },
  };
}
