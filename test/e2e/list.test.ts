import { expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { instanceKind, type Instance } from '../../src/kinds/instance/instance.ts';
import { axe } from './axe.ts';
import { openCloud } from './browser.fixture.ts';

const lab = openCloud();

const instances = async () => (await lab.cloud.records('instance')) as Instance[];
const rows = (page: Page) => page.locator('tbody tr[data-index]');

test('a list is searched, and what is searched for stands in the address', async () => {
  const page = await lab.open('/instances');
  const all = await instances();
  await page.getByText(String(all.length), { exact: true }).first().waitFor();
  const one = all[3] as Instance;
  await page.keyboard.press('/');
  const address = one.spec.nics[0]?.address ?? '';
  await page.keyboard.type(address);
  await page.waitForURL(({ searchParams }) => searchParams.get('q') === address);
  await rows(page).getByRole('link', { name: one.name, exact: true }).waitFor();
  const copied = await lab.open(new URL(page.url()).pathname + new URL(page.url()).search);
  await rows(copied).getByRole('link', { name: one.name, exact: true }).waitFor();
  expect(await rows(copied).count()).toBe(await rows(page).count());
  await axe(page);
});

test('what nothing matches is not an empty cloud', async () => {
  const page = await lab.open('/instances?q=nothing-is-called-so');
  await page.getByText('Nothing here matches').waitFor();
  await axe(page);
  await page.getByRole('button', { name: 'Show all' }).click();
  await rows(page).first().waitFor();
});

test('filters are chips that can be taken away one by one', async () => {
  const page = await lab.open('/instances');
  await page.getByRole('button', { name: 'Filter by State' }).click();
  await page.getByRole('menuitemcheckbox', { name: /running/ }).click();
  await page.keyboard.press('Escape');
  await page.waitForURL(/state=running/);
  const running = (await instances()).filter((each) => instanceKind.state(each) === 'running').length;
  await expect.poll(() => rows(page).count()).toBe(running);
  await page.getByRole('button', { name: 'Remove the filter State: running' }).click();
  await expect.poll(() => page.url()).not.toContain('state=');
});

test('a column is sorted by its header, up and down', async () => {
  const page = await lab.open('/instances');
  const header = page.getByRole('columnheader', { name: 'Address' });
  await header.getByRole('button').click();
  expect(await header.getAttribute('aria-sort')).toBe('ascending');
  await header.getByRole('button').click();
  expect(await header.getAttribute('aria-sort')).toBe('descending');
  expect(page.url()).toContain('sort=-address');
});

test('what is possible for some of many is said before it is done', async () => {
  const page = await lab.open('/instances');
  await page.getByRole('checkbox', { name: 'Select all that is shown' }).check();
  const all = await instances();
  await page.getByRole('region', { name: 'Actions for what is selected' }).getByText(`${all.length} selected`).waitFor();
  await page.getByRole('region', { name: 'Actions for what is selected' }).getByRole('button', { name: 'Start' }).click();
  const dialog = page.getByRole('dialog');
  const startable = all.filter((each) => each.deletedAt === null && ['stopped', 'suspended', 'failed'].includes(instanceKind.state(each)));
  await dialog.getByText(`Start is possible for ${startable.length} of ${all.length}.`).waitFor();
  await dialog.getByText('It starts only when it is off.').waitFor();
  await axe(page);
  await dialog.getByRole('button', { name: `Start ${startable.length}` }).click();
  await dialog.waitFor({ state: 'hidden' });
  const ids = new Set(startable.map(({ id }) => id));
  await expect.poll(async () => (await instances()).filter(({ id, spec }) => ids.has(id) && spec.power !== 'running')).toEqual([]);
});

test('what is being done to many stays in sight until it is done or stopped', async () => {
  const page = await lab.open('/instances?q=scratch');
  const answered = Promise.withResolvers<void>();
  await page.route('**/reboot', async (route) => {
    await answered.promise;
    await route.continue();
  });
  await page.getByRole('checkbox', { name: 'Select all that is shown' }).check();
  await page.getByRole('region', { name: 'Actions for what is selected' }).getByRole('button', { name: 'Reboot' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: /^Reboot \d/ }).click();
  await dialog.getByRole('button', { name: 'Stop here' }).waitFor();
  await page.keyboard.press('Escape');
  expect(await dialog.isVisible()).toBe(true);
  answered.resolve();
  await dialog.waitFor({ state: 'hidden' });
});

test('with the shift key all between two rows are selected', async () => {
  const page = await lab.open('/instances');
  await rows(page).nth(1).getByRole('checkbox').click();
  await rows(page)
    .nth(5)
    .getByRole('checkbox')
    .click({ modifiers: ['Shift'] });
  await page.getByText('5 selected').first().waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('region', { name: 'Actions for what is selected' }).waitFor({ state: 'detached' });
});

test('a list is used with the keyboard alone', async () => {
  const page = await lab.open('/instances');
  await rows(page).first().waitFor();
  await page.getByRole('columnheader', { name: 'Name' }).getByRole('button').focus();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Space');
  await page.getByText('1 selected').first().waitFor();
  const name = await rows(page).nth(1).getByRole('link').first().innerText();
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name }).waitFor();
});

test('each row has a menu with what can be done, and why not', async () => {
  const page = await lab.open('/instances?state=running');
  const row = rows(page).first();
  await row.getByRole('button', { name: /Actions for/ }).click();
  await page.getByRole('menuitem', { name: /^Stop/ }).waitFor();
  const start = page.getByRole('menuitem', { name: /^Start/ });
  expect(await start.getAttribute('aria-disabled')).toBe('true');
  await axe(page);
});

test.each(['/instances', '/images', '/ssh-keys', '/instance-types', '/networks', '/projects', '/users', '/events'])(
  'on a telephone nothing of %s has to be pushed sideways',
  async (path) => {
    const page = await lab.open(path, { width: 390, height: 844, theme: 'dark', language: 'fr' });
    await page.locator('tbody tr[data-index], main ol li').first().waitFor();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
    await axe(page);
  },
);
