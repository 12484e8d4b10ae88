import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { pathOf, wholeProgram } from './program.ts';
import { goldenCommands } from './golden-commands.fixture.ts';
import { hostedCloud, hostKey, type HostedCloud } from './test-cloud.fixture.ts';
import { stable, testNowMs, TestShell, type Ran } from './test-world.fixture.ts';

const loginPswd = `# as the original kept them
old.timer=MD5:5ebe2294ecd0e0f08eab7690d2a6ee69,cloud-access
newcomer=CRYPT:$1$saltsalt$qjXMvbEw8oaL.CzflDtaK/,guests
Somebody=secret,cloud-access
admin=secret,cloud-access
odd=OBF:1abc,cloud-access
`;

let cloud: HostedCloud;
let shell: TestShell;
const transcript: string[] = [];

beforeAll(async () => {
  cloud = await hostedCloud();
  shell = new TestShell({ STRATUS_URL: cloud.url, STRATUS_TOKEN: cloud.token });
  mkdirSync(join(shell.dir, '.ssh'));
  writeFileSync(join(shell.dir, '.ssh/id_ed25519.pub'), `${hostKey} me@laptop\n`);
  writeFileSync(join(shell.dir, 'login-pswd.properties'), loginPswd);
  writeFileSync(join(shell.dir, 'config.yaml'), 'packages: [git]\n');
});
afterAll(async () => {
  await cloud.close();
  shell.remove();
});

test('every command says what it has always said', async () => {
  for (const { words, stdin, columns, env } of goldenCommands) {
    const argv = words.map((word) => word.replace('URL', cloud.url).replace('DIR', shell.dir).replace('PASSWORD', cloud.password));
    const ran = await shell.run(argv, {
      ...(stdin === undefined ? {} : { stdin: stdin.replace('PASSWORD', cloud.password) }),
      ...(columns === undefined ? {} : { columns }),
      ...(env === undefined ? {} : { env }),
    });
    transcript.push(told(words, ran, columns));
  }
  await expect(transcript.join('\n')).toMatchFileSnapshot('./cli.golden.txt');
}, 60_000);

test('there is no command without golden output', async () => {
  const said = new Set(goldenCommands.map(({ words }) => words.filter((word) => !word.startsWith('-')).join(' ')));
  const leaves = (command: Command): string[] => (command.commands.length === 0 ? [pathOf(command)] : command.commands.flatMap(leaves));
  const program = await wholeProgram({
    env: {},
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    interrupted: new AbortController().signal,
    now: () => testNowMs,
  });
  const missing = leaves(program).filter((path) => {
    const words = path.replace(/^stratus /, '');
    return ![...said].some((each) => each === words || each.startsWith(`${words} `));
  });
  expect(missing).toEqual([]);
});

function told(words: readonly string[], { exitCode, stdout, stderr }: Ran, columns: number | undefined): string {
  const mark = (text: string, sign: string) =>
    text === ''
      ? []
      : text
          .replace(/\n$/, '')
          .split('\n')
          .map((line) => `${sign}${line}`);
  const replacements = { [cloud.url]: '<url>', [cloud.url.replace('http://', '').replace(':', '-')]: '<url-name>', [shell.dir]: '<home>' };
  const head = `$ stratus ${words.join(' ')}${columns === undefined ? '' : `    # on a terminal of ${columns} columns`}${exitCode === 0 ? '' : `    # exit code ${exitCode}`}`;
  return `${[head, ...mark(stable(visible(stdout), replacements), '  '), ...mark(stable(visible(stderr), replacements), '! ')].join('\n')}\n`;
}

function visible(text: string): string {
  return text.replaceAll('\u001b', '␛').replaceAll('\r', '␍').replaceAll('\u0007', '␇');
}
