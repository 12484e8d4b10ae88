import type { Slice } from '../../control/slice.ts';
import { instanceTypeKind, type InstanceType } from './instance-type.ts';

export const instanceTypeSlice: Slice<InstanceType> = {
  kind: instanceTypeKind,
  async create(admission, { name, labels, body }) {
    const { vcpus, memoryMib, swapMib } = body;
    return admission.create({
      kind: 'instance-type',
      name,
      project: null,
      labels,
      spec: { vcpus, memoryMib, swapMib: swapMib ?? 0 },
    }) as InstanceType;
  },
  // Instances carry a copy of their type's numbers: they keep them.
  delete: async () => 'record',
};
