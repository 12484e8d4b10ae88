import type { Live } from '../../../web/cloud/contract.ts';
import type { Project } from '../project.ts';

/** How much of its quota a project uses; shows nothing as long as the cloud does not say. */
export function ProjectUsage(_: { project: Live<Project> }) {
  return null;
}
