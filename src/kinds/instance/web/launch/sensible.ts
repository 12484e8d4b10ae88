import type { Image } from '../../../image/image.ts';
import { defaultInstanceTypeName, type InstanceType } from '../../../instance-type/instance-type.ts';

/** Small ones first, as people look for them. */
export function bySize(types: readonly InstanceType[]): InstanceType[] {
  return types.toSorted((a, b) => a.spec.memoryMib - b.spec.memoryMib || a.spec.vcpus - b.spec.vcpus || a.name.localeCompare(b.name));
}

export function fits(type: InstanceType, image: Image | null): boolean {
  return image === null || type.spec.memoryMib >= image.spec.memoryMibMin;
}

/** What the reader chose if the image boots with it, else the default type, else the smallest that it boots with. */
export function sensibleType(types: readonly InstanceType[], image: Image | null, chosen: string | null): InstanceType | null {
  const possible = bySize(types).filter((type) => fits(type, image));
  const named = (name: string | null) => possible.find((type) => type.name === name);
  return named(chosen) ?? named(defaultInstanceTypeName) ?? possible[0] ?? null;
}
