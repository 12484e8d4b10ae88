import { ApiError } from '../client.ts';
import { printable } from '../output/printable.ts';
import type { Questions } from '../questions.ts';
import type { World } from '../world.ts';
import type { BriefSession } from './brief-session.ts';

const attemptsMax = 3;

/** Gives an app the secret and asks for a code until one is right. Returns the recovery codes, which are told this once. */
export async function enrolTotp(world: World, questions: Questions, session: BriefSession): Promise<readonly string[]> {
  const { secret, uri }: { secret: string; uri: string } = await session.request('POST', '/v1/account/totp');
  world.stderr.write(
    `Add this to an authenticator app, by its address or by the secret alone; clear your screen afterwards:\n\n  ${printable(uri)}\n  ${printable(secret.replaceAll(/.{4}(?!$)/g, '$& '))}\n\n`,
  );
  for (let attempt = 1; ; attempt++) {
    const code = (await questions.ask('Code that the app shows now: ')).trim();
    try {
      const { recoveryCodes }: { recoveryCodes: string[] } = await session.request('POST', '/v1/account/totp/confirm', { code });
      return recoveryCodes;
    } catch (error) {
      const isWrong = error instanceof ApiError && error.status < 500 && error.status !== 429;
      if (!isWrong || attempt >= attemptsMax || world.stdin.isTTY !== true) throw error;
      world.stderr.write(`${printable(error.message)}\n`);
    }
  }
}

/** To stderr: for eyes, where stdout is for something else. */
export function tellRecoveryCodes(world: World, recoveryCodes: readonly string[]): void {
  world.stderr.write(`${recoveryCodesText(recoveryCodes)}\n`);
}

export function recoveryCodesText(recoveryCodes: readonly string[]): string {
  return `Recovery codes, each good once when the app is lost; they are shown only now, keep them where the app is not:\n\n${recoveryCodes.map((code) => `  ${printable(code)}\n`).join('')}`;
}
