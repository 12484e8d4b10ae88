/** What somebody may do in one project, least first: each may all that those before it may. */
export const projectRoles = ['viewer', 'operator', 'member', 'owner'] as const;
export type ProjectRole = (typeof projectRoles)[number];

/** What somebody may do in the whole cloud: `auditor` reads everything, `administrator` does everything. */
export const cloudRoles = ['user', 'auditor', 'administrator'] as const;
export type CloudRole = (typeof cloudRoles)[number];

/** Each role in one sentence, for people who give them. */
export const roleSays: Readonly<Record<ProjectRole | CloudRole, string>> = {
  viewer: 'Sees what the project has.',
  operator: 'Starts, stops and opens consoles of what there is.',
  member: 'Creates, changes and deletes resources.',
  owner: 'Decides who is in the project, and shares with everyone.',
  user: 'Has the projects that he or she is in.',
  auditor: 'Sees everything in the cloud, changes nothing.',
  administrator: 'May do everything.',
};

export function isAtLeast(role: ProjectRole, least: ProjectRole): boolean {
  return projectRoles.indexOf(role) >= projectRoles.indexOf(least);
}

/** null: none at all. */
export function greaterRole(a: ProjectRole | null, b: ProjectRole | null): ProjectRole | null {
  if (a === null || b === null) return a ?? b;
  return isAtLeast(a, b) ? a : b;
}

export function lesserRole(a: ProjectRole, b: ProjectRole): ProjectRole {
  return isAtLeast(a, b) ? b : a;
}

/** The index of all groups, or all projects, that somebody is in; its value is always `yes`. */
export function memberIndex(principal: string): string {
  return `member/${principal}`;
}
