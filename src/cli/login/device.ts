import { hostname } from 'node:os';
import { seconds } from '../../core/units.ts';
import { ApiError, Client, Unreachable, type Endpoint } from '../client.ts';
import { AlreadyTold, CommandError, exitCodes } from '../exit-codes.ts';
import { printable } from '../output/printable.ts';
import { pause } from '../waiting.ts';
import type { World } from '../world.ts';

interface Begun {
  readonly deviceCode: string;
  readonly userCode: string;
  readonly verificationUri: string;
  readonly verificationUriComplete: string;
  readonly intervalSeconds: number;
  readonly expiresInSeconds: number;
}

interface Polled {
  readonly status: 'pending' | 'slow-down' | 'denied' | 'expired' | 'approved';
  readonly token?: string;
}

/** Source: RFC 8628, 3.5. */
const slowDownSeconds = 5;

/** A token, once somebody who has logged in to the page has said yes there. Source: RFC 8628. */
export async function tokenByDevice(world: World, door: Endpoint): Promise<string> {
  const client = new Client({ ...door, token: null });
  const begun = await client.request<Begun>('POST', '/v1/device-logins', { body: { name: deviceName() }, signal: world.interrupted });
  world.stderr.write(
    `Open ${printable(begun.verificationUriComplete)}\nin a browser, on any machine, and say yes if the page shows this code:\n\n  ${printable(begun.userCode)}\n\nWaiting for you; Ctrl-C ends it.\n`,
  );
  try {
    return await untilDecided(world, client, begun);
  } catch (error) {
    if (!world.interrupted.aborted) throw error;
    world.stderr.write('Ended. Nobody was let in; the code is worthless in a few minutes.\n');
    throw new AlreadyTold(exitCodes.interrupted.code);
  }
}

async function untilDecided({ interrupted }: World, client: Client, { deviceCode, intervalSeconds, expiresInSeconds }: Begun): Promise<string> {
  const endMs = performance.now() + expiresInSeconds * seconds;
  let interval = intervalSeconds;
  while (performance.now() < endMs) {
    await pause(interval * seconds, interrupted);
    const { status, token } = await poll(client, deviceCode, interrupted);
    if (status === 'approved' && token !== undefined) return token;
    if (status === 'denied') throw new CommandError('notPermitted', 'On the page somebody said no.');
    if (status === 'expired') break;
    if (status === 'slow-down') interval += slowDownSeconds;
  }
  throw new CommandError('timedOut', 'Nobody said yes in time.', 'Begin again; the code is good for some minutes.');
}

/** A line that breaks, or a cloud that has too much to do, ends nothing: it is asked again, less often. */
async function poll(client: Client, deviceCode: string, signal: AbortSignal): Promise<Polled> {
  try {
    return await client.request<Polled>('POST', '/v1/device-logins/poll', { body: { deviceCode }, signal });
  } catch (error) {
    const isBusy = error instanceof ApiError && (error.status === 429 || error.status >= 500);
    if (isBusy || error instanceof Unreachable) return { status: 'slow-down' };
    throw error;
  }
}

/** What the page calls it: printable ASCII, as the cloud wants it. */
export function deviceName(host: string = hostname()): string {
  return `stratus on ${host.replaceAll(/[^\x20-\x7e]/g, '?')}`.slice(0, 80);
}
