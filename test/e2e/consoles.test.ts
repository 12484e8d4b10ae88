import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import type { Instance } from '../../src/kinds/instance/instance.ts';
import { axe } from './axe.ts';
import { openCloud } from './browser.fixture.ts';
import { seenOn } from './canvas.ts';

const lab = openCloud();

async function running(): Promise<Instance> {
  const [instance] = ((await lab.cloud.records('instance')) as Instance[]).filter((each) => each.status.seen?.domain === 'running');
  if (instance === undefined) throw new Error('no instance runs');
  return instance;
}

const terminalText = (page: Page) => page.locator('[data-console="serial"] .xterm-rows').innerText();
const connected = (page: Page) => page.locator('[data-line="open"]').waitFor();

test('what is typed into the serial console reaches the guest, and its answer is shown', async () => {
  const { id, name } = await running();
  const page = await lab.open(`/instances/${id}/console`);
  await connected(page);
  await page.keyboard.type('root\n');
  await page.keyboard.type('hostname\n');
  await expect.poll(() => terminalText(page)).toContain(`root@${name}:~# hostname`);
  await page.keyboard.type('echo hello there\n');
  await expect.poll(() => terminalText(page)).toMatch(/^hello there/m);
  await axe(page);
});

test('a console takes itself up again after the control plane was started anew', async () => {
  // Its host may be back a moment later than the control plane.
  lab.expectTrouble(/console\?.* response code: 409/);
  const page = await lab.open(`/instances/${(await running()).id}/console`);
  await connected(page);
  await lab.stopControlPlane();
  await page.locator('[data-line="closed"]').waitFor();
  // Its host may not have called yet: then the first try is refused.
  lab.expectTrouble(/WebSocket connection .* code: 409/);
  await lab.startControlPlane();
  await connected(page);
  await page.keyboard.type('\n');
  await expect.poll(() => terminalText(page)).toContain('login:');
});

test('what the log asks the terminal was asked long ago, and nothing is typed into the guest', async () => {
  const page = await lab.open('/');
  const isOpen = Promise.withResolvers<void>();
  await page.route('**/log?*', async (route) => {
    await isOpen.promise;
    // Where is the cursor? What sort of terminal are you?
    await route.fulfill({ contentType: 'text/plain', body: '\u001b[6n\u001b[c\r\nof the past\r\n' });
  });
  await page.goto(`${lab.url}/instances/${(await running()).id}/console`);
  await connected(page);
  isOpen.resolve();
  await expect.poll(() => terminalText(page)).toContain('of the past');
  await page.keyboard.type('me');
  await expect.poll(() => terminalText(page)).toMatch(/^me/m);
  expect(await terminalText(page)).not.toMatch(/[\d;]+[Rc]/);
});

test('a line that is taken up by hand takes keys as the one before', async () => {
  const { id } = await running();
  const page = await lab.open(`/instances/${id}/console`);
  await connected(page);
  for (const text of ['once', 'twice']) {
    const opening = page.waitForEvent('websocket');
    await page.getByRole('button', { name: 'Connect anew' }).click();
    await opening;
    await connected(page);
    await page.keyboard.type(text);
    await expect.poll(() => terminalText(page)).toContain(`login: ${text}`);
  }
});

test('text is pasted into the console through a field where the browser keeps its clipboard to itself', async () => {
  const page = await lab.open(`/instances/${(await running()).id}/console`);
  await connected(page);
  await page.getByRole('button', { name: 'Paste' }).click();
  await page.getByLabel('Text to type into the machine').fill('à bientôt');
  await page.getByRole('button', { name: 'Type it' }).click();
  await expect.poll(() => terminalText(page)).toContain('login: à bientôt');
});

test('the screen shows pixels of the guest and takes keys', async () => {
  const page = await lab.open(`/instances/${(await running()).id}/console?stream=vnc`);
  lab.expectTrouble(/willReadFrequently/);
  await connected(page);
  const canvas = page.locator('[data-console="vnc"] canvas');
  await canvas.waitFor();
  const colours = async () => (await seenOn(canvas)).colours;
  await expect.poll(async () => (await colours()).length).toBeGreaterThan(3);
  const before = await colours();
  await canvas.click();
  await page.keyboard.press('a');
  await expect.poll(colours).not.toEqual(before);
  await axe(page);
});

test('the console of a machine that is off says so, and comes when the machine is started from there', async () => {
  const [stopped] = ((await lab.cloud.records('instance')) as Instance[]).filter(
    (each) => each.spec.power === 'stopped' && each.status.seen?.domain === 'stopped' && each.status.hostLostSince === null,
  );
  const page = await lab.open(`/instances/${stopped?.id}/console`);
  await page.getByText('The machine is not on').waitFor();
  await page.getByRole('button', { name: 'Start' }).click();
  await connected(page);
});

test('no ticket is in the address of the page or stays good', async () => {
  const tickets: string[] = [];
  const page = await lab.open('/');
  page.on('websocket', (socket) => tickets.push(new URL(socket.url()).searchParams.get('ticket') ?? ''));
  await page.goto(`${lab.url}/instances/${(await running()).id}/console`);
  await connected(page);
  expect(tickets).toHaveLength(1);
  expect(page.url()).not.toContain('ticket');
  const console = `${page.url().replace('http', 'ws').replace('/instances', '/v1/instances')}?stream=serial&ticket=${tickets[0]}`;
  const again = await page.evaluate(
    (url) =>
      new Promise((resolve) => {
        const socket = new WebSocket(url);
        socket.addEventListener('open', () => resolve('open'));
        socket.addEventListener('error', () => resolve('refused'));
      }),
    console,
  );
  lab.expectTrouble(/WebSocket connection .* failed/);
  expect(again).toBe('refused');
});

test('over plain HTTP, where a browser has no clipboard for pages, a line is copied all the same, and pasting has its field', async () => {
  const page = await lab.open('/settings');
  await page.addInitScript(() => Object.defineProperty(navigator, 'clipboard', { value: undefined }));
  await page.reload();
  await page
    .getByRole('button', { name: /^Copy: / })
    .first()
    .click();
  await page
    .getByRole('status')
    .getByText('Copied', { exact: true })
    .or(page.getByText('Copied', { exact: true }))
    .first()
    .waitFor();
  await page.goto(`${lab.url}/instances/${(await running()).id}/console`);
  await connected(page);
  await page.getByRole('button', { name: 'Paste' }).click();
  await page.getByLabel('Text to type into the machine').waitFor();
});
