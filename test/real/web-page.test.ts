import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { chromiumPath } from '../../bin/sim/chromium.ts';
import { seenOn } from '../e2e/canvas.ts';
import { RealCloud } from './real-cloud.ts';

let cloud: RealCloud;
let browser: Browser;
let page: Page;
let password = '';

beforeAll(async () => {
  cloud = await RealCloud.make();
  const { stdout } = await cloud.up('--no-first');
  password = /password (\S+)/.exec(stdout)?.[1] ?? '';
  // The browser sits on the cloud's own machine: the page is on its loopback.
  const inNamespace = join(cloud.home.dir, 'chromium.sh');
  writeFileSync(inNamespace, `#!/bin/sh\nexec ip netns exec ${cloud.namespace} ${chromiumPath} "$@"\n`);
  chmodSync(inNamespace, 0o755);
  browser = await chromium.launch({ executablePath: inNamespace, args: ['--no-sandbox'] });
  page = await browser.newPage({ viewport: { width: 1440, height: 900 }, locale: 'en' });
  page.setDefaultTimeout(60_000);
});
afterAll(async () => {
  await browser?.close();
  await cloud?.destroy();
});

const terminal = () => page.locator('[data-console="serial"] .xterm-rows').innerText();

test('a person logs in on the page, launches tiny, types into its console and sees its screen', async () => {
  // The page shows what has no image yet as being made: the launch waits for nothing else.
  await cloud.stratus('image', 'create', 'tiny', '--recipe', 'tiny', '--wait');
  await page.goto(`http://127.0.0.1:${cloud.port}/`);
  await page.locator('input[autocomplete="username"]').fill('admin');
  await page.locator('input[autocomplete="current-password"]').fill(password);
  await page.keyboard.press('Enter');
  await page.getByRole('navigation', { name: 'Main navigation' }).waitFor();

  await page.goto(`http://127.0.0.1:${cloud.port}/launch?image=tiny`);
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill('seen');
  await page.getByRole('button', { name: 'More settings' }).click();
  await page.locator('.cm-content').click();
  await page.keyboard.insertText('#cloud-config\npassword: night-owl-7\n');
  await page.locator('[data-outlook="good"]').waitFor();
  await page.getByRole('button', { name: 'Launch', exact: true }).click();
  await page.getByText(/You can log in now/).waitFor({ timeout: 240_000 });

  await page.goto(`http://127.0.0.1:${cloud.port}/instances/seen/console`);
  await page.locator('[data-line="open"]').waitFor();
  await page.keyboard.press('Enter');
  await expect.poll(terminal, { timeout: 60_000 }).toContain('login:');
  await page.keyboard.type('root\n');
  await expect.poll(terminal, { timeout: 60_000 }).toContain('Password:');
  await page.keyboard.type('night-owl-7\n');
  await page.keyboard.type('echo $((6 * 7)) from $(hostname)\n');
  await expect.poll(terminal, { timeout: 60_000 }).toContain('42 from seen');

  await page.goto(`http://127.0.0.1:${cloud.port}/instances/seen/console?stream=vnc`);
  await page.locator('[data-line="open"]').waitFor();
  const canvas = page.locator('[data-console="vnc"] canvas');
  // A text screen: characters on black.
  await expect.poll(async () => (await seenOn(canvas)).litShare, { timeout: 60_000 }).toBeGreaterThan(0.001);
});
