import type { Command } from 'commander';
import { checkedFingerprint, checkedUrl } from '../cloud.ts';
import { ApiError, Client } from '../client.ts';
import { completes } from '../completion-sources.ts';
import { readConfig, writeConfig } from '../config-file.ts';
import { CommandError } from '../exit-codes.ts';
import type { Run } from '../kind-cli.ts';
import { nearest } from '../nearest.ts';
import { printable } from '../output/printable.ts';
import type { World } from '../world.ts';

/** `stratus logout`: the token is worthless afterwards, wherever it was copied to. */
export function addLogout(program: Command, _run: Run, world: World): void {
  completes(
    program
      .command('logout [name]')
      .summary('log out of a cloud')
      .description(
        'Logs out of the current cloud, or of the one that is named: its token is revoked there and forgotten here. The cloud stays known: stratus login gets you in again.',
      ),
    { kind: 'context' },
  ).action(async (given: string | undefined) => {
    const config = await readConfig(world.env);
    const name = given ?? (world.env['STRATUS_CONTEXT'] || config.current);
    if (name === null || name === 'local')
      throw new CommandError(
        'notPermitted',
        'You are logged in to no cloud.',
        "This machine's own needs no log-in. Which clouds you know: stratus context list",
      );
    const context = config.contexts[name];
    if (context === undefined) {
      const near = nearest(name, Object.keys(config.contexts));
      throw new CommandError(
        'notFound',
        `There is no context ${name}.`,
        near === null ? 'See what there is: stratus context list.' : `Did you mean ${near}?`,
      );
    }
    const { token, ...kept } = context;
    if (token === undefined) return void world.stdout.write(`You are not logged in to ${printable(name)}.\n`);
    const url = checkedUrl(context.url);
    const wasGood = await revoke(new Client({ url, token, fingerprint: checkedFingerprint(context.fingerprint) }), name, world);
    const now = await readConfig(world.env);
    await writeConfig(world.env, { ...now, contexts: { ...now.contexts, [name]: kept } });
    world.stdout.write(`Logged out of ${printable(name)}${wasGood ? '' : '; its token was no longer good'}.\n`);
  });
}

/** false: it was worthless already. Throws when the cloud cannot be told: then the token stays, here as there. */
async function revoke(client: Client, name: string, { interrupted }: World): Promise<boolean> {
  try {
    await client.request('DELETE', '/v1/session', { signal: interrupted });
    return true;
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) return false;
    if (error instanceof ApiError && error.status < 500) throw error;
    if (error instanceof Error && ['Unreachable', 'ApiError'].includes(error.name))
      throw new CommandError(
        'unreachable',
        `${error.message}. The token is still good there`,
        `Try again later; or only forget it here: stratus context remove ${name}`,
      );
    throw error;
  }
}
