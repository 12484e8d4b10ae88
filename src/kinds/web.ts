import type { AnyWebKind } from '../web/web-kind.ts';
import { hostWeb } from './host/host.web.tsx';
import { instanceWeb } from './instance/instance.web.tsx';

/** The pages of every kind, in the order of the navigation. */
export const webKinds: readonly AnyWebKind[] = [instanceWeb, hostWeb];

export function webKindByPlural(plural: string): AnyWebKind | undefined {
  return webKinds.find((web) => web.kind.plural === plural);
}
