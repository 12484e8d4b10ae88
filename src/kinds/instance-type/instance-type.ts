import { Type } from 'typebox';
import type { Kind } from '../../core/kind.ts';
import { limits } from '../../core/limits.ts';
import type { Resource } from '../../core/resource.ts';
import { DottedName } from '../../core/schema.ts';

export interface InstanceTypeSpec {
  readonly vcpus: number;
  readonly memoryMib: number;
  /** 0: no swap disk. */
  readonly swapMib: number;
}
export type InstanceType = Resource<InstanceTypeSpec, Record<string, never>>;

/** StratusLab's own table, kept since release 13.05. Source: `stratus-run-instance -l`. */
export const defaultInstanceTypes: Readonly<Record<string, InstanceTypeSpec>> = {
  't1.micro': { vcpus: 1, memoryMib: 512, swapMib: 512 },
  'm1.small': { vcpus: 1, memoryMib: 1536, swapMib: 1536 },
  'm1.medium': { vcpus: 1, memoryMib: 3072, swapMib: 3072 },
  'm1.large': { vcpus: 2, memoryMib: 6144, swapMib: 6144 },
  'm1.xlarge': { vcpus: 4, memoryMib: 8192, swapMib: 8192 },
  'c1.medium': { vcpus: 2, memoryMib: 1536, swapMib: 1536 },
  'c1.xlarge': { vcpus: 4, memoryMib: 6144, swapMib: 6144 },
};
export const defaultInstanceTypeName = 'm1.small';

const fields = {
  vcpus: Type.Integer({ minimum: 1, maximum: limits.vcpusMax, description: 'Virtual processors.' }),
  memoryMib: Type.Integer({ minimum: limits.memoryMibMin, maximum: limits.memoryMibMax, description: 'Memory, MiB.' }),
  swapMib: Type.Integer({ minimum: 0, maximum: limits.swapMibMax, description: 'Swap disk, MiB; 0 for none.' }),
};

export const instanceTypeKind = {
  name: 'instance-type',
  plural: 'instance-types',
  prefix: 'type',
  scope: 'cloud',
  nameSchema: DottedName,
  says: 'A size of instance: processors, memory, swap.',
  create: Type.Object({ ...fields, swapMib: Type.Optional(fields.swapMib) }),
  update: null,
  spec: Type.Object(fields),
  status: Type.Object({}),
  initialStatus: {},
  states: ['active'],
  state: () => 'active',
  verbs: {},
  indexes: () => ({}),
  columns: [
    { title: 'NAME', value: (type) => (type.name === defaultInstanceTypeName ? `${type.name} *` : type.name) },
    { title: 'VCPUS', value: (type) => String(type.spec.vcpus) },
    { title: 'MEMORY MIB', value: (type) => String(type.spec.memoryMib) },
    { title: 'SWAP MIB', value: (type) => String(type.spec.swapMib) },
  ],
} as const satisfies Kind<InstanceType>;
