import type { SimCloud } from './sim-cloud.ts';

const publicKey = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGh5cG90aGV0aWNhbGtleWZvcnNpbXVsYXRpb24wMDAw ada@lab';

/** What a lab might have: images, a key, and machines in all sorts of states. */
export async function populate(cloud: SimCloud, instances: number): Promise<void> {
  const { control } = cloud;
  void publicKey;
  void control;
  void instances;
}
