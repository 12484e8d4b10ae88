import type { Slice } from '../../control/slice.ts';
import { CloudError } from '../../core/errors.ts';
import { defaultProjectName, projectKind, type Project } from './project.ts';

export const projectSlice: Slice<Project> = {
  kind: projectKind,
  async create(admission, { name, labels, body }) {
    return admission.create({ kind: 'project', name, project: null, labels, spec: { description: body.description ?? '' } }) as Project;
  },
  async update(_admission, project, body) {
    return { ...project.spec, ...body };
  },
  async rename(admission, project) {
    const refuse = (reason: string, hint: string): never => {
      throw new CloudError('NOT_CHANGEABLE', { field: 'The name', kind: 'project', name: project.name, reason, hint });
    };
    if (project.name === defaultProjectName) refuse('requests that name no project go there', 'Create a project of the other name.');
    admission.leanOnEmpty('instance', 'project', project.id);
    if ((await admission.count('instance', 'project', project.id)) > 0)
      refuse('its instances are known by it on their networks', 'Create a project of the other name, or delete the instances first.');
  },
  async delete(admission, project) {
    if (project.name === defaultProjectName)
      throw new CloudError('IN_USE', { kind: 'project', name: project.name, users: 'everyone: it is the default project' });
    const used = [];
    for (const kind of ['instance', 'ssh-key']) {
      const count = await admission.count(kind, 'project', project.id);
      admission.leanOnEmpty(kind, 'project', project.id);
      if (count > 0) used.push(`${count} ${kind}${count === 1 ? '' : 's'}`);
    }
    if (used.length > 0) throw new CloudError('IN_USE', { kind: 'project', name: project.name, users: used.join(' and ') });
    return 'record';
  },
};
