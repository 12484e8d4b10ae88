import type { AnyWebKind } from '../web/web-kind.ts';
import { eventWeb } from './event/event.web.tsx';
import { groupWeb } from './group/group.web.tsx';
import { hostWeb } from './host/host.web.tsx';
import { imageWeb } from './image/image.web.tsx';
import { instanceTypeWeb } from './instance-type/instance-type.web.tsx';
import { instanceWeb } from './instance/instance.web.tsx';
import { networkWeb } from './network/network.web.tsx';
import { projectWeb } from './project/project.web.tsx';
import { sshKeyWeb } from './ssh-key/ssh-key.web.tsx';
import { userWeb } from './user/user.web.tsx';

/** The pages of every kind, in the order of the navigation. */
export const webKinds: readonly AnyWebKind[] = [
  instanceWeb,
  imageWeb,
  sshKeyWeb,
  hostWeb,
  instanceTypeWeb,
  networkWeb,
  projectWeb,
  userWeb,
  groupWeb,
  eventWeb,
];

export function webKindByPlural(plural: string): AnyWebKind | undefined {
  return webKinds.find((web) => web.kind.plural === plural);
}
