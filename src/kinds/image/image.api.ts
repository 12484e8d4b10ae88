import type { Slice } from '../../control/slice.ts';
import { CloudError } from '../../core/errors.ts';
import { imageKind, type Image } from './image.ts';

export const imageSlice: Slice<Image> = {
  kind: imageKind,
  async create(admission, { name, labels, body }) {
    const spec = {
      description: body.description ?? '',
      source: body.source,
      firmware: body.firmware ?? 'bios',
      memoryMibMin: body.memoryMibMin ?? 0,
    };
    return admission.create({ kind: 'image', name, project: null, labels, spec }) as Image;
  },
  async update(_admission, image, body) {
    return { ...image.spec, ...body };
  },
  async delete(admission, image) {
    const count = await admission.count('instance', 'image', image.id);
    if (count > 0) throw new CloudError('IN_USE', { kind: 'image', name: image.name, users: `${count} instance${count === 1 ? '' : 's'}` });
    return 'world';
  },
  verbs: {
    // A failure belongs to the generation that it happened in; a new generation is a new try.
    retry: async (_admission, image) => image.spec,
  },
};
