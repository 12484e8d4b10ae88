import type { Locator, Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { axe } from './axe.ts';
import { openCloud } from './browser.fixture.ts';

const lab = openCloud();
const kinds = ['instance', 'image', 'ssh-key', 'host', 'instance-type', 'network', 'project'] as const;

/** Opens it, lets axe look, and closes it by the keyboard; the focus is back where it came from. */
async function lookInto(page: Page, opener: Locator, opened: Locator): Promise<void> {
  await opener.focus();
  await page.keyboard.press('Enter');
  await opened.waitFor();
  await axe(page);
  await page.keyboard.press('Escape');
  await opened.waitFor({ state: 'hidden' });
  await expect.poll(() => opener.evaluate((element) => element === document.activeElement)).toBe(true);
}

test.each(kinds)('axe finds nothing in any tab, menu or dialog of the page of one %s, which the keyboard opens and closes', async (kind) => {
  lab.expectTrouble(/status of (503|409)/);
  const { id } = (await lab.cloud.records(kind))[0] ?? { id: '' };
  const page = await lab.open(`/${kind}s/${id}`);
  const main = page.getByRole('main');
  for (const tab of await main.getByRole('tab').all()) {
    await tab.focus();
    await page.keyboard.press('Enter');
    await page.getByRole('tabpanel').waitFor();
    await page.getByRole('status', { name: 'Loading' }).first().waitFor({ state: 'hidden' });
    await axe(page);
  }
  const more = main.getByRole('button', { name: 'More actions' });
  if ((await more.count()) === 0) return;
  await lookInto(page, more, page.getByRole('menu'));
  for (const name of ['Edit', 'Delete']) {
    await more.click();
    const item = page.getByRole('menuitem', { name, exact: true });
    if ((await item.count()) === 0) {
      await page.keyboard.press('Escape');
      continue;
    }
    await item.click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Cancel' }).waitFor();
    await axe(page);
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
    await expect.poll(() => more.evaluate((element) => element === document.activeElement)).toBe(true);
  }
});

test.each(kinds)('axe finds nothing in what opens on the list of every %s', async (kind) => {
  const page = await lab.open(`/${kind}s`);
  const main = page.getByRole('main');
  await main.locator('tbody tr[data-index]').first().waitFor();
  for (const filter of await main.getByRole('button', { name: /^Filter by/ }).all()) await lookInto(page, filter, page.getByRole('menu'));
  const row = main.locator('tbody tr[data-index]').first();
  const dots = row.getByRole('button', { name: /^Actions for/ });
  await dots.focus();
  await page.keyboard.press('Enter');
  await page.getByRole('menu').waitFor();
  await axe(page);
  await page.keyboard.press('Escape');
  await page.getByRole('menu').waitFor({ state: 'hidden' });
  await expect.poll(() => dots.evaluate((element) => element === document.activeElement)).toBe(true);
  const box = row.getByRole('checkbox');
  if ((await box.count()) === 0) return;
  await box.check();
  const bar = page.getByRole('region', { name: 'Actions for what is selected' });
  for (const button of await bar.getByRole('button').all()) {
    if ((await button.innerText()) === '') continue;
    await lookInto(page, button, page.getByRole('dialog'));
  }
});

test.each([
  [{ theme: 'light' }, 1440],
  [{ theme: 'dark' }, 390],
] as const)(
  'axe finds nothing in the menu of who is logged in, in the palette and in the dialogs of the settings: %j, %i px',
  async (look, width) => {
    const page = await lab.open('/settings', { ...look, width });
    await lookInto(page, page.getByRole('button', { name: 'admin' }), page.getByRole('menu'));
    await page.getByRole('heading', { level: 1 }).click();
    await page.keyboard.press('/');
    await page.getByRole('textbox', { name: 'Search for pages' }).waitFor();
    await page.keyboard.type('web');
    await axe(page);
    await page.keyboard.press('Escape');
    await page.getByRole('textbox', { name: 'Search for pages' }).waitFor({ state: 'hidden' });
    await lookInto(page, page.getByRole('button', { name: 'New token' }), page.getByRole('dialog'));
  },
);
