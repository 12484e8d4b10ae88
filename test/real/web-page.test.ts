import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readPrivate } from '../../src/local/home.ts';
import { seenOn } from '../e2e/canvas.ts';
import { RealCloud } from './real-cloud.ts';

let cloud: RealCloud;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  cloud = await RealCloud.make();
  await cloud.up('--no-first');
  // The browser sits on the cloud's own machine: the page is on its loopback.
  const inNamespace = join(cloud.home.dir, 'chromium.sh');
  writeFileSync(inNamespace, `#!/bin/sh\nexec ip netns exec ${cloud.namespace} ${process.env['CHROMIUM'] ?? '/usr/bin/chromium'} "$@"\n`);
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
  await cloud.stratus('image', 'create', 'tiny', '--recipe', 'tiny', '--wait').catch(() => undefined);
  await page.goto(`http://127.0.0.1:${cloud.port}/`);
  await page.locator('input[autocomplete="username"]').fill('admin');
  await page.locator('input[autocomplete="current-password"]').fill(readPrivate(cloud.home.adminPassword) ?? '');
  await page.keyboard.press('Enter');
  await page.getByRole('navigation', { name: 'Main navigation' }).waitFor();

  await page.goto(`http://127.0.0.1:${cloud.port}/launch?image=tiny`);
  await page.getByLabel('Name', { exact: true }).fill('seen');
  await page.getByRole('button', { name: /user-data/i }).click();
  await page.locator('.cm-content').fill('#cloud-config\npassword: night-owl-7\nssh_pwauth: false\n');
  await page.getByRole('button', { name: /^Launch/ }).click();
  await page.getByText(/ssh root@/).waitFor({ timeout: 180_000 });

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
