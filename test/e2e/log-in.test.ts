import { expect, test } from 'vitest';
import { axe } from './axe.ts';
import { openCloud } from './browser.fixture.ts';

const lab = openCloud();

test('a wrong password says so, the right one gets in, a reload stays in, and logging out ends it', async () => {
  const page = await lab.open('/', { isLoggedIn: false });
  await axe(page);
  await lab.logIn(page, 'admin', 'not-the-password');
  await page.getByRole('alert').getByText('wrong').waitFor();
  await lab.logIn(page);
  await page.getByRole('navigation', { name: 'Main navigation' }).waitFor();
  await page.reload();
  await page.getByRole('navigation', { name: 'Main navigation' }).waitFor();
  await page.getByRole('button', { name: 'admin' }).click();
  await page.getByRole('menuitem', { name: 'Log out' }).click();
  await page.getByLabel('User name').waitFor();
  await page.reload();
  await page.getByLabel('User name').waitFor();
});

test('who logs out leaves no draft in the window', async () => {
  const page = await lab.open('/launch', { isLoggedIn: false });
  await lab.logIn(page);
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill('half-thought');
  const kept = () => page.evaluate(() => JSON.stringify([Object.entries(sessionStorage), Object.entries(localStorage)]));
  expect(await kept()).toContain('half-thought');
  await page.getByRole('button', { name: 'admin' }).click();
  await page.getByRole('menuitem', { name: 'Log out' }).click();
  await page.getByLabel('User name').waitFor();
  expect(await kept()).not.toContain('half-thought');
});

test('a session that expires keeps the page and asks again over it', async () => {
  const page = await lab.open('/instances');
  const search = page.getByRole('main').getByLabel('Search').first();
  await search.fill('exercise');
  await lab.endSessions();
  // The next request finds out.
  await lab.restartControlPlane();
  const dialog = page.getByRole('dialog', { name: 'Your log-in has expired' });
  await dialog.waitFor();
  await axe(page);
  await lab.logIn(page);
  await dialog.waitFor({ state: 'hidden' });
  expect(await search.inputValue()).toBe('exercise');
  await page.getByRole('link', { name: 'ada-exercise' }).first().waitFor();
});
