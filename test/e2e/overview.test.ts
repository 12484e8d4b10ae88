import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { axe } from './axe.ts';
import { openCloud } from './browser.fixture.ts';

// Two hosts: both answer, and what has failed can be started.
const lab = openCloud({ hosts: 2 });

const attention = (page: Page) => page.getByRole('region', { name: 'What needs attention' });
const line = (page: Page, name: string) => attention(page).getByRole('listitem').filter({ hasText: name });

test('a failed instance is told with its reason, and the button beside it starts it', async () => {
  const page = await lab.open('/');
  const blast = line(page, 'blast');
  await blast.getByText('ended without being asked to').waitFor();
  await blast.getByRole('link', { name: 'Serial log: blast' }).waitFor();
  await blast.getByRole('button', { name: 'Start blast' }).click();
  await blast.waitFor({ state: 'detached' });
  const { items } = (await page.evaluate(async () => (await fetch('/v1/instances?project=*&name=blast')).json())) as {
    items: { state: string }[];
  };
  expect(items.map(({ state }) => state)).not.toContain('failed');
});

test('a failed import is told with its reason, and can be tried again', async () => {
  const page = await lab.open('/');
  const image = line(page, 'windows-95');
  await image.getByText('is not an image').waitFor();
  const answer = page.waitForResponse((response) => response.url().endsWith('/retry'));
  await image.getByRole('button', { name: 'Try again windows-95' }).click();
  expect((await answer).status()).toBeLessThan(300);
  // Nothing was mended: it fails again, and is told again.
  await image.getByText('is not an image').waitFor();
});

test.each(['light', 'dark'] as const)('squares and bars have their colours in the %s theme', async (theme) => {
  const page = await lab.open('/', { theme });
  const tile = page
    .getByRole('region', { name: 'What runs where' })
    .getByRole('link', { name: /^wiki, running$/ })
    .locator('i');
  const bar = page.locator('[data-look="used"]').first();
  for (const shown of [tile, bar]) expect(await shown.evaluate((element) => getComputedStyle(element).backgroundColor)).not.toBe('rgba(0, 0, 0, 0)');
});

test('the map leads to what it shows, with the pointer and with the keyboard', async () => {
  const page = await lab.open('/');
  const map = page.getByRole('region', { name: 'What runs where' });
  const tile = map.getByRole('link', { name: /^wiki, running$/ });
  await tile.hover();
  await map.getByText('wiki, running').waitFor();
  const first = map.locator('[data-tile][tabindex="0"]');
  expect(await first.count()).toBe(1);
  await first.focus();
  await page.keyboard.press('ArrowRight');
  const name = await page.evaluate(() => document.activeElement?.getAttribute('aria-label')?.split(',')[0]);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: name ?? '' }).waitFor();
});

test('capacity adds up, as a picture and in numbers', async () => {
  const page = await lab.open('/');
  const memory = page.getByRole('region', { name: 'Capacity' }).getByRole('img', { name: /^Memory:/ });
  expect(await memory.getAttribute('aria-label')).toMatch(/^Memory: [\d.]+\sGiB of [\d.]+\sGiB\. .*GiB in use.*GiB free\.$/);
});

test('who uses most is told of projects and of users', async () => {
  const page = await lab.open('/');
  const uses = page.getByRole('region', { name: 'Who uses most' });
  await uses.getByRole('row', { name: /^night-sky/ }).waitFor();
  await uses.getByText('Users', { exact: true }).click();
  await uses.getByRole('row', { name: /^the cloud itself/ }).waitFor();
});

test('a cordoned host is told, and opened again from there', async () => {
  const page = await lab.open('/');
  const [host] = await lab.cloud.records('host');
  await lab.cloud.update('host', host?.id ?? '', { body: { schedulable: false } });
  const told = line(page, 'Takes nothing new');
  await told.getByRole('button', { name: 'Uncordon' }).click();
  await told.waitFor({ state: 'detached' });
});

test('a host whose line is cut appears by itself, and goes when it is back', { timeout: 150_000 }, async () => {
  const page = await lab.open('/');
  const lost = line(page, 'Host lost');
  await attention(page).waitFor();
  expect(await lost.count()).toBe(0);
  lab.cloud.partition('node-2', true);
  // Hosts are given 40 s to call.
  await lost.getByRole('link', { name: 'node-2', exact: true }).waitFor({ timeout: 70_000 });
  await lost.getByText(/instances there, which most likely run on/).waitFor();
  await page.getByRole('status').filter({ hasText: 'node-2 (Host lost)' }).waitFor({ state: 'attached' });
  await page
    .getByRole('article', { name: 'node-2' })
    .getByRole('link', { name: /, unknown$/ })
    .first()
    .waitFor();
  await axe(page);
  lab.cloud.partition('node-2', false);
  await lost.waitFor({ state: 'detached', timeout: 60_000 });
});

test('axe finds nothing, in both themes, both languages and on a telephone', async () => {
  for (const options of [{}, { theme: 'dark', language: 'fr' }, { width: 390, height: 844 }] as const) {
    const page = await lab.open('/', options);
    await page.getByRole('heading', { level: 2 }).nth(3).waitFor();
    await axe(page);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
  }
});

test('in French everything is said in French', async () => {
  const page = await lab.open('/', { language: 'fr' });
  await page.getByRole('heading', { level: 1, name: 'Vue d’ensemble' }).waitFor();
  for (const name of ['À votre attention', 'Capacité', 'Ce qui tourne, et où', 'Qui utilise le plus', 'Événements récents'])
    await page.getByRole('heading', { level: 2, name }).waitFor();
});

test('who has no machine yet is led to the first one', async () => {
  const page = await lab.open('/?view=mine');
  await page.getByRole('heading', { name: 'Launch your first machine' }).waitFor();
  await axe(page);
  await page.getByRole('main').getByRole('link', { name: 'Launch' }).last().click();
  await page.waitForURL(/\/launch$/);
});
