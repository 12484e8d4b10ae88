import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { axe } from './axe.ts';
import { openCloud } from './browser.fixture.ts';

const lab = openCloud();
const heading = (page: Page, name: string | RegExp) => page.getByRole('heading', { level: 1, name }).waitFor();

/** Where every page can be reached from. */
async function placesOf(page: Page): Promise<string[]> {
  const links = await page.getByRole('navigation').getByRole('link').all();
  return Promise.all(links.map(async (link) => (await link.getAttribute('href')) ?? ''));
}

test.each(['light', 'dark'] as const)(
  'every page of the navigation can be opened by its address, and axe finds nothing, when it is %s',
  async (theme) => {
    const page = await lab.open('/', { theme });
    const places = await placesOf(page);
    expect(places.length).toBeGreaterThan(5);
    for (const place of places) {
      await page.goto(`${lab.url}${place}`);
      await page.getByRole('navigation').locator('[aria-current="page"]').waitFor();
      await page.getByRole('main').getByRole('heading', { level: 1 }).first().waitFor();
      await axe(page);
    }
  },
);

test('axe finds nothing on a telephone, with the menu closed and open', async () => {
  const page = await lab.open('/instances', { width: 390, height: 844 });
  await axe(page);
  await page.getByRole('button', { name: 'Menu' }).click();
  await page.getByRole('navigation').getByRole('link', { name: 'Overview' }).waitFor();
  await axe(page);
  await page.getByRole('navigation').getByRole('link', { name: 'Images' }).click();
  await heading(page, 'Images');
  expect(await page.evaluate(() => document.documentElement.scrollWidth), 'nothing sticks out').toBeLessThanOrEqual(390);
});

test('an address of the page that there is not shows so, and the way back', async () => {
  for (const path of ['/no-such-things', '/instances/no-such-machine', '/a/b/c/d', '/hosts/new']) {
    const page = await lab.open(path);
    await heading(page, 'Not here');
    await page.getByRole('main').getByRole('link', { name: 'To the overview' }).click();
    await page.waitForURL(`${lab.url}/`);
  }
});

test('the language is switched live, and kept', async () => {
  const page = await lab.open('/instances');
  await heading(page, 'Instances');
  await page.getByRole('button', { name: 'admin' }).click();
  await page.getByRole('menuitem', { name: 'Français' }).click();
  await page.getByRole('navigation', { name: 'Navigation principale' }).waitFor();
  expect(await page.locator('html').getAttribute('lang')).toBe('fr');
  await page.reload();
  await page.getByRole('navigation', { name: 'Navigation principale' }).waitFor();
  await page.getByRole('button', { name: 'admin' }).click();
  await page.getByRole('menuitem', { name: 'English' }).click();
  await page.getByRole('navigation', { name: 'Main navigation' }).waitFor();
});

test('the browser’s language is the first one', async () => {
  const page = await lab.open('/', { language: 'fr', isLoggedIn: false });
  await page.getByRole('button', { name: 'Se connecter' }).waitFor();
});

test('the theme is the system’s until another one is chosen, which is kept', async () => {
  const page = await lab.open('/', { theme: 'dark' });
  const scheme = () => page.locator('html').getAttribute('data-mantine-color-scheme');
  expect(await scheme()).toBe('dark');
  await page.getByRole('button', { name: 'admin' }).click();
  await page.getByRole('menuitem', { name: 'Light' }).click();
  await expect.poll(scheme).toBe('light');
  await page.reload();
  await page.getByRole('navigation', { name: 'Main navigation' }).waitFor();
  expect(await scheme()).toBe('light');
});

test('the command palette goes everywhere by the keyboard alone', async () => {
  const page = await lab.open('/');
  await page.keyboard.press('Control+k');
  const search = page.getByRole('textbox', { name: 'Search for pages' });
  await search.waitFor();
  await page.keyboard.type('ada-exercise');
  await page.getByRole('dialog').getByText('ada-exercise').waitFor();
  await axe(page);
  await page.keyboard.press('Enter');
  await heading(page, 'ada-exercise');
  await search.waitFor({ state: 'hidden' });
  await page.keyboard.press('/');
  await search.waitFor();
  await page.keyboard.type('Settings');
  await page.keyboard.press('Enter');
  await heading(page, 'Settings');
  await search.waitFor({ state: 'hidden' });
  await page.keyboard.press('Control+k');
  await search.waitFor();
  await page.keyboard.type('Theme: Dark');
  await page.getByRole('dialog').getByText('Theme: Dark').waitFor();
  await page.keyboard.press('Enter');
  await expect.poll(() => page.locator('html').getAttribute('data-mantine-color-scheme')).toBe('dark');
  await search.waitFor({ state: 'hidden' });
  await page.keyboard.press('Control+k');
  await search.waitFor();
  await page.keyboard.press('Escape');
  await search.waitFor({ state: 'hidden' });
});

test('whoever types faster than the command palette opens goes where the words say', async () => {
  const page = await lab.open('/');
  const search = page.getByRole('textbox', { name: 'Search for pages' });
  // The first time, the palette itself is still to be fetched.
  for (const [key, name] of [
    ['Control+k', 'Settings'],
    ['/', 'Hosts'],
    ['Control+k', 'Events'],
    ['/', 'Settings'],
    ['Control+k', 'Profile'],
  ] as const) {
    await page.keyboard.press(key);
    await page.keyboard.type(name);
    await page.keyboard.press('Enter');
    await heading(page, name);
    await search.waitFor({ state: 'hidden' });
  }
  await page.goto(`${lab.url}/instances`);
  await page.getByRole('searchbox').click();
  await page.keyboard.press('Control+k');
  await search.waitFor();
});

test('the command palette knows the pages of the administration', async () => {
  const page = await lab.open('/');
  await page.keyboard.press('Control+k');
  await page.keyboard.type('audit');
  await page.keyboard.press('Enter');
  await heading(page, 'Administration');
  await page.getByRole('tab', { name: 'Audit', selected: true }).waitFor();
});

test('the keyboard alone reaches the content past the navigation', async () => {
  const page = await lab.open('/hosts');
  await page.keyboard.press('Tab');
  const skip = page.getByRole('link', { name: 'Skip to content' });
  expect(await skip.evaluate((link) => link === document.activeElement)).toBe(true);
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  expect(await page.evaluate(() => document.activeElement?.closest('main') !== null)).toBe(true);
});
