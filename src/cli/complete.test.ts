import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hostedCloud, type HostedCloud } from './test-cloud.fixture.ts';
import { TestShell } from './test-world.fixture.ts';

let cloud: HostedCloud;
let shell: TestShell;
beforeAll(async () => {
  cloud = await hostedCloud();
  shell = new TestShell({ STRATUS_URL: cloud.url, STRATUS_TOKEN: cloud.token });
  await shell.run(['launch', 'tiny', '--name', 'web', '--no-start', '-q']);
  await shell.run(['launch', 'tiny', '--name', 'worker', '--no-start', '-q']);
});
afterAll(async () => {
  await cloud.close();
  shell.remove();
});

/** What Tab offers behind this line; `|` is not needed: the cursor is at its end. */
async function offered(line: string, env: Record<string, string> = {}): Promise<string[]> {
  const { exitCode, stdout, stderr } = await shell.run(['__complete', ...line.split(' ')], { env });
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  return stdout
    .split('\n')
    .filter((each) => each !== '')
    .map((each) => each.split('\t')[0] ?? '');
}

describe('completion', () => {
  test.each([
    ['la', ['launch']],
    ['instance f', ['force-stop']],
    ['key create --gen', ['--generate']],
    ['launch ', ['tiny']],
    ['stop w', ['web', 'worker']],
    ['stop web ', ['worker']],
    ['instance create new --image ', ['tiny']],
    ['instance create new --image=', ['--image=tiny']],
    ['launch tiny --type t', ['t1.micro']],
    ['instance update web --restart-policy o', ['on-failure']],
    ['wait ins', ['instance', 'instance-type']],
    ['wait instance w', ['web', 'worker']],
    ['--output n', []],
    ['list -o n', ['name']],
    ['image create x --file ', [':files']],
    ['context use l', ['local']],
    ['help exit', ['exit-codes']],
    ['instance rename web ', []],
    ['doctor ', []],
    ['nonsense ', []],
  ])('behind «%s» offers %j', async (line, candidates) => {
    expect(await offered(line)).toEqual(candidates);
  });

  test('says what each word is for', async () => {
    const { stdout } = await shell.run(['__complete', 'instance', 'pau']);
    expect(stdout).toBe('pause\tfreeze the processors; memory stays\n');
  });

  test('never fails and never complains, whatever stands there', async () => {
    const word = fc.oneof(
      fc.string(),
      fc.constantFrom('instance', 'show', '--', '-o', '--image', '--image=', 'web', 'wait', 'ssh', '-', '--project', ''),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(word, { maxLength: 6 }), async (words) => {
        const { exitCode, stderr } = await shell.run(['__complete', ...words]);
        expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
      }),
    );
  });

  test('offers words without a cloud, and no names', async () => {
    const nowhere = { STRATUS_URL: 'http://127.0.0.1:9' };
    expect(await offered('instance sto', nowhere)).toEqual(['stop']);
    expect(await offered('stop w', nowhere)).toEqual([]);
  });

  test('does not wait for a cloud that does not answer', async () => {
    const server = createServer(() => undefined);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    expect(await offered('stop w', { STRATUS_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}` })).toEqual([]);
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
});
