import type { Command } from 'commander';
import type { Run } from './kind-cli.ts';
import type { Word } from './overview.ts';
import type { World } from './world.ts';

/** Adds one word of the client, with all below it, to the program. */
export type AddCommand = (program: Command, run: Run, world: World) => void;

const short = (name: 'show' | 'start' | 'stop' | 'reboot' | 'delete') => async (): Promise<AddCommand> =>
  (await import('../kinds/instance/short.cli.ts')).addShort(name);

/** What each word that is no kind does; loaded when it is used. */
const loaders: Readonly<Record<string, () => Promise<AddCommand>>> = {
  launch: async () => (await import('../kinds/instance/launch.cli.ts')).addLaunch,
  list: async () => (await import('../kinds/instance/short.cli.ts')).addShortList,
  ssh: async () => (await import('../kinds/instance/ssh.cli.ts')).addSsh,
  console: async () => (await import('../kinds/instance/console.cli.ts')).addConsole,
  events: async () => (await import('../kinds/event/event.cli.ts')).addEvents,
  recipe: async () => (await import('../kinds/image/recipe.cli.ts')).addRecipe,
  show: short('show'),
  start: short('start'),
  stop: short('stop'),
  reboot: short('reboot'),
  delete: short('delete'),
  wait: async () => (await import('./commands/wait.ts')).addWait,
  report: async () => (await import('../kinds/host/report.cli.ts')).addReport,
  login: async () => (await import('./commands/login.ts')).addLogin,
  logout: async () => (await import('./commands/logout.ts')).addLogout,
  whoami: async () => (await import('./commands/login.ts')).addWhoami,
  context: async () => (await import('./commands/context.ts')).addContext,
  account: async () => (await import('./commands/account.ts')).addAccount,
  quota: async () => (await import('./commands/quota.ts')).addQuota,
  token: async () => (await import('./commands/token.ts')).addToken,
  auth: async () => (await import('./commands/auth.ts')).addAuth,
  registration: async () => (await import('./commands/registration.ts')).addRegistration,
  invitation: async () => (await import('./commands/invitation.ts')).addInvitation,
  course: async () => (await import('./commands/course.ts')).addCourse,
  audit: async () => (await import('./commands/audit.ts')).addAudit,
  settings: async () => (await import('./commands/settings.ts')).addSettings,
  completion: async () => (await import('./commands/completion.ts')).addCompletion,
  version: async () => (await import('./commands/version.ts')).addVersion,
  help: async () => (await import('./commands/help.ts')).addHelp,
};

/** null: a word of this machine's own parts. */
export async function loadWord({ name, kind, aliases = [], isLocal }: Word): Promise<AddCommand | null> {
  if (isLocal === true) return null;
  if (kind !== undefined) return (await import('./kind-clis.ts')).commandOfKind(kind, aliases);
  const load = loaders[name];
  if (load === undefined) throw new Error(`the word ${name} has no command`);
  return load();
}
