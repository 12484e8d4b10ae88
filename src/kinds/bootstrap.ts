import { admit, systemCaller, type Admission } from '../control/admission.ts';
import { nameKey } from '../control/registry.ts';
import type { ControlPlane } from './control-plane.ts';
import { defaultInstanceTypes } from './instance-type/instance-type.ts';
import { defaultNetworkName } from './network/network.ts';
import { defaultProjectName, type Project } from './project/project.ts';
import { withEveryone } from './sharing.ts';

export interface BootstrapOptions {
  /** IPv4 prefix of the default network, free on this machine. */
  readonly cidr: string;
  readonly nat: boolean;
}

/** What every cloud has from its first start: default project, instance types, default network. Found the second time. */
export async function bootstrap(cloud: ControlPlane, options: BootstrapOptions): Promise<void> {
  await admit(cloud, systemCaller, async (admission) => {
    const isMissing = async (kind: string, name: string) => (await admission.getByKey(kind, nameKey(null, name))) === null;
    const isFirstStart = await isMissing('project', defaultProjectName);
    if (isFirstStart) {
      admission.create({
        kind: 'project',
        name: defaultProjectName,
        project: null,
        spec: { description: 'Where everything goes that names no other project', members: [] },
      });
      // Later an administrator may have deleted some: only the first start makes them.
      for (const [name, spec] of Object.entries(defaultInstanceTypes)) admission.create({ kind: 'instance-type', name, project: null, spec });
    }
    // Before projects had members.
    for (const project of (await admission.list('project')) as Project[])
      if (project.spec.members === undefined) admission.change(project, 'update', { spec: { ...project.spec, members: [] } });
    await giveImagesToDefault(cloud, admission);
    if (await isMissing('network', defaultNetworkName)) {
      const id = admission.newId('network');
      const base = options.cidr.split('/')[0] ?? '';
      const gateway = base.replace(/\d+$/, (last) => String(Number(last) + 1));
      const spec = { cidr: options.cidr, gateway, domain: 'cloud.internal', mtuBytes: 1500, nat: options.nat, bridge: `sl${id.slice(-10)}` };
      admission.create({ kind: 'network', name: defaultNetworkName, project: null, spec }, { id });
    }
  });
}

/** Before images were a project's, they were there for all. */
async function giveImagesToDefault({ registry }: ControlPlane, admission: Admission): Promise<void> {
  const old = (await admission.list('image')).filter(({ project }) => project === null);
  if (old.length === 0) return;
  const owner = await admission.getByKey('project', nameKey(null, defaultProjectName));
  if (owner === null) throw new Error('there is no default project');
  for (const image of old) {
    const owned = { ...image, project: owner.id, shares: [{ ...withEveryone, access: 'use' as const }] };
    admission.putRecord(owned, registry.indexed(owned));
  }
}
