import type { Kind } from '../core/kind.ts';
import { eventKind } from './event/event.ts';
import { groupKind } from './group/group.ts';
import { hostKind } from './host/host.ts';
import { imageKind } from './image/image.ts';
import { instanceTypeKind } from './instance-type/instance-type.ts';
import { instanceKind } from './instance/instance.ts';
import { networkKind } from './network/network.ts';
import { projectKind } from './project/project.ts';
import { sshKeyKind } from './ssh-key/ssh-key.ts';
import { userKind } from './user/user.ts';

/** Every kind of resource, in the order in which people meet them. A new kind is its folder and its lines here. */
// oxlint-disable-next-line typescript/no-explicit-any -- kinds of any spec and status
export const kinds: readonly Kind<any>[] = [
  instanceKind,
  imageKind,
  instanceTypeKind,
  sshKeyKind,
  networkKind,
  projectKind,
  userKind,
  groupKind,
  hostKind,
  eventKind,
];
