import type { KindCli, WireResource } from './kind-cli.ts';
import { printResources } from './output/print.ts';
import type { Session } from './session.ts';

/** What has become of a resource: a line for people, the resource itself for programs. */
export async function told(session: Session, cli: KindCli, resource: WireResource, what: string): Promise<void> {
  if (session.isForPeople) await session.say(`${resource.name} ${what}`);
  else if (session.options.quiet !== true || session.format !== 'name') await printResources(session, cli, [resource]);
}
