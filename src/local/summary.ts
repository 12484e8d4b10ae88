import { rmSync } from 'node:fs';
import type { First } from './first-instance.ts';
import { defaultHomeDir, readPrivate, type CloudFacts, type Home } from './home.ts';

/** How other machines reach the cloud. */
export interface Elsewhere {
  readonly url: string;
  /** null where an authority vouches for the certificate. */
  readonly fingerprint: string | null;
}

/** The last thing that `npm start` says: where the cloud is, how to log in, what to try next. */
export function summary(home: Home, cloud: CloudFacts, first: First | null, elsewhere: Elsewhere | null): string {
  const password = readPrivate(home.adminPassword);
  // Shown once: who has lost it makes a new one.
  if (password !== null) rmSync(home.adminPassword);
  const prefix = home.dir === defaultHomeDir ? '' : `STRATUS_HOME=${home.dir} `;
  const lines = [
    '',
    `Your cloud:   http://127.0.0.1:${cloud.port}  (the reference of its API: /v1/docs)`,
    ...(elsewhere === null ? [] : [`Elsewhere:    ${elsewhere.url}`]),
    ...(elsewhere?.fingerprint == null ? [] : [`Certificate:  ${elsewhere.fingerprint}  (compare it at the first contact)`]),
    password === null
      ? 'Log-in:       admin, with the password that was shown at the first start'
      : `Log-in:       admin, password ${password}  (shown only now; keep it)`,
  ];
  if (first !== null) {
    // Known by its id: whoever has its address later is another machine.
    const options = ['StrictHostKeyChecking=accept-new', `UserKnownHostsFile=${home.dir}/admin/known_hosts`, `HostKeyAlias=${first.id}`];
    lines.push(`Your machine: ssh -i ${home.adminKey} ${options.map((each) => `-o ${each}`).join(' ')} ${first.loginUser}@${first.address}`);
  }
  lines.push(
    '',
    'Next:',
    ...['instance list', ...(first === null ? [] : [`ssh ${first.name}`]), 'launch tiny --name second --wait', 'host list', '--help'].map(
      (command) => `  ${prefix}bin/stratus ${command}`,
    ),
    '',
  );
  return lines.join('\n');
}
