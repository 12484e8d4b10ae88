export interface Word {
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly says: string;
  /** Not the client's, but a program of this machine's own parts (see bin/). */
  readonly isLocal?: true;
  /** For a kind of the cloud's: its name. */
  readonly kind?: string;
}

export interface Group {
  readonly title: string;
  readonly words: readonly Word[];
}

const kindWord = (name: string, says: string, ...aliases: string[]): Word => ({
  name,
  aliases,
  says,
  kind: name,
});
const local = (name: string, says: string): Word => ({ name, says, isLocal: true });

/**
 * All words of `stratus`, in the order in which people meet them. Small and without imports, so that help is
 * there at once.
 */
export const overview: readonly Group[] = [
  {
    title: 'First steps',
    words: [
      { name: 'launch', says: 'make an instance and wait until you can log in' },
      { name: 'list', aliases: ['ls'], says: 'list your instances' },
      { name: 'ssh', says: 'log in to an instance, or run a command there' },
      { name: 'console', says: 'open the serial console of an instance' },
      { name: 'events', says: 'what happened, and with --follow what happens' },
    ],
  },
  {
    title: 'Instances, in short',
    words: ['show', 'start', 'stop', 'reboot', 'delete'].map((name) => ({ name, says: `the same as: stratus instance ${name}` })),
  },
  {
    title: 'What there is in a cloud',
    words: [
      kindWord('instance', 'A virtual machine.', 'instances'),
      kindWord('image', 'What an instance boots from: brought in from a file, an address or a recipe, verified and inspected.', 'images'),
      { name: 'recipe', aliases: ['recipes'], says: 'What the cloud can build images from.' },
      kindWord('instance-type', 'A size of instance: processors, memory, swap.', 'instance-types', 'type', 'types'),
      kindWord('ssh-key', 'A public key that opens new instances for its holder.', 'ssh-keys', 'key', 'keys'),
      kindWord('network', 'Where instances get an address and a name by DHCP and DNS.', 'networks'),
      kindWord('project', 'What owns resources: a course, a team, a piece of research.', 'projects'),
      { name: 'quota', aliases: ['quotas'], says: 'what projects and people take, and may take' },
      kindWord('user', 'Somebody who can log in.', 'users'),
      kindWord('group', 'People who are given the same: a class, a team, those of a directory.', 'groups'),
      kindWord('host', 'A machine that runs instances.', 'hosts'),
      kindWord('event', 'Something that happened: who did what to what, and why.'),
    ],
  },
  {
    title: 'Looking and waiting',
    words: [
      { name: 'wait', says: 'wait for a state of something' },
      { name: 'report', says: 'reports about the cloud: recovery' },
    ],
  },
  {
    title: 'Clouds and access',
    words: [
      { name: 'login', says: 'log in to a cloud' },
      { name: 'logout', says: 'log out of a cloud' },
      { name: 'whoami', says: 'who you are there' },
      { name: 'account', says: 'your own: password, second factor, passkeys, sessions, links' },
      { name: 'context', aliases: ['contexts'], says: 'the clouds that you know' },
      { name: 'token', aliases: ['tokens'], says: 'API tokens, for programs' },
    ],
  },
  {
    title: 'People coming in',
    words: [
      { name: 'invitation', aliases: ['invitations'], says: 'invite people into a project, by e-mail' },
      { name: 'course', aliases: ['courses'], says: 'a project for many, with a code to join by' },
      { name: 'registration', aliases: ['registrations'], says: 'who asks for an account: list, approve, refuse' },
    ],
  },
  {
    title: 'For administrators',
    words: [
      { name: 'auth', says: 'how people log in here, and what would happen if somebody did' },
      { name: 'settings', says: 'what is decided about the cloud as a whole' },
      { name: 'audit', says: 'who did what, and what was refused: list, export, verify' },
    ],
  },
  {
    title: 'This machine',
    words: [
      local('up', 'bring up a whole cloud on this machine (npm start)'),
      local('down', 'stop it, instances too'),
      local('destroy', 'remove it with all that is in it; lists that first'),
      local('doctor', 'look at this machine and say what to do'),
      local('server', 'run the control plane alone'),
      local('agent', 'run the host agent alone'),
    ],
  },
  {
    title: 'The command itself',
    words: [
      { name: 'completion', says: 'completion for bash, zsh or fish' },
      { name: 'version', says: 'versions of this command and of the cloud' },
      { name: 'help', says: 'help about a word; also: help exit-codes, help environment' },
    ],
  },
];

export function findWord(text: string): Word | null {
  for (const { words } of overview) for (const word of words) if (word.name === text || word.aliases?.includes(text) === true) return word;
  return null;
}
