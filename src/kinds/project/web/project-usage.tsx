import type { ComponentType } from 'react';
import type { Live } from '../../../web/cloud/contract.ts';
import type { Project } from '../project.ts';

/** How much of its quota a project uses; shows nothing as long as the cloud does not say. */
export const ProjectUsage: ComponentType<{ project: Live<Project> }> = () => null;
