import type { KindCli } from '../../cli/kind-cli.ts';
import { addSwitch } from '../../cli/switch-command.ts';
import { addUserCredentials } from './credentials.cli.ts';
import { userKind } from './user.ts';

export const userCli: KindCli = {
  kind: userKind,
  details: { displayName: 'Called', email: 'E-mail', isBlocked: 'Blocked', language: 'Mails in' },
  commands(group, run) {
    addSwitch(group, run, userCli, {
      name: 'block',
      change: { isBlocked: true },
      summary: 'let them in no more; sessions and tokens stop working at once',
      description: 'Lets people in no more: their sessions and tokens stop working at once. What they have made stays.',
    });
    addSwitch(group, run, userCli, {
      name: 'unblock',
      change: { isBlocked: false },
      summary: 'let them in again',
      description: 'Lets people in again.',
    });
    addUserCredentials(group, run);
  },
};
