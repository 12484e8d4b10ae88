import { expect, test } from 'vitest';
import { axe } from './axe.ts';
import { openCloud } from './browser.fixture.ts';

const lab = openCloud({ hosts: 1, instances: 0 });

/** What the API answers to a program with this token. */
const statusWith = async (secret: string): Promise<number> =>
  (await fetch(`${lab.url}/v1/instances?project=*`, { headers: { authorization: `Bearer ${secret}` } })).status;

test('a token is made, shown once, good for the API, and worthless when it is revoked', async () => {
  const page = await lab.open('/settings');
  await page.getByRole('button', { name: 'New token' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill('my-laptop');
  await dialog.getByLabel('Valid').selectOption({ label: 'for 30 days' });
  await axe(page);
  await dialog.getByRole('button', { name: 'Make the token' }).click();
  await dialog.getByText('it is shown this once').waitFor();
  await axe(page);
  const secret = (await dialog.getByLabel('The token', { exact: true }).textContent()) ?? '';
  expect(secret).toMatch(/^sl_/);
  expect(await statusWith(secret)).toBe(200);
  await dialog.getByRole('button', { name: 'I have copied it' }).click();
  await dialog.waitFor({ state: 'hidden' });
  expect(await page.content()).not.toContain(secret);

  await page
    .getByRole('row', { name: /my-laptop/ })
    .getByRole('button', { name: 'Revoke my-laptop' })
    .click();
  await page.getByRole('dialog', { name: 'Revoke my-laptop?' }).getByRole('button', { name: 'Revoke' }).click();
  await page.getByText('There is no token yet.').waitFor();
  expect(await statusWith(secret)).toBe(401);
});

test('a token that may only look reads, and is refused what changes something', async () => {
  const page = await lab.open('/settings');
  await page.getByRole('button', { name: 'New token' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill('reader');
  await dialog.getByRole('button', { name: 'Limits' }).click();
  await dialog.getByLabel('What it may do').selectOption({ label: 'look only' });
  await dialog.getByLabel('Only from these addresses').fill('nowhere');
  await axe(page);
  await dialog.getByRole('button', { name: 'Make the token' }).click();
  await dialog.getByText('an address or a prefix such as 192.0.2.0/24 is needed').waitFor();
  await dialog.getByLabel('Only from these addresses').press('Backspace');
  await dialog.getByLabel('Only from these addresses').fill('127.0.0.0/8');
  await dialog.getByRole('button', { name: 'Make the token' }).click();
  const secret = (await dialog.getByLabel('The token', { exact: true }).textContent()) ?? '';
  expect(await statusWith(secret)).toBe(200);
  const headers = { authorization: `Bearer ${secret}`, 'content-type': 'application/json' };
  expect((await fetch(`${lab.url}/v1/projects`, { method: 'POST', headers, body: '{"name":"x"}' })).status).toBe(403);
  await dialog.getByRole('button', { name: 'I have copied it' }).click();
  await page.getByRole('cell', { name: 'look only, from 127.0.0.0/8' }).waitFor();
  await page.getByRole('button', { name: 'Revoke reader' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
  await page.getByText('There is no token yet.').waitFor();
});

test('a name that is taken, or none at all, is told at the field, and nothing typed is lost', async () => {
  const page = await lab.open('/settings');
  const make = async (name: string) => {
    await page.getByRole('button', { name: 'New token' }).click();
    await page.getByRole('dialog').getByLabel('Name').fill(name);
    await page.getByRole('button', { name: 'Make the token' }).click();
  };
  await make('robot');
  await page.getByRole('button', { name: 'I have copied it' }).click();
  await make('robot');
  const field = page.getByRole('dialog').getByLabel('Name');
  await page.getByRole('dialog').getByText('There is already a token named robot.').waitFor();
  expect(await field.inputValue()).toBe('robot');
  await field.fill('Not A Name');
  await page.getByRole('button', { name: 'Make the token' }).click();
  await page.waitForFunction(() => document.querySelector('[role=dialog] input[aria-invalid=true]') !== null);
  expect(await field.inputValue()).toBe('Not A Name');
});

test('language and theme are changed at once and kept', async () => {
  const page = await lab.open('/settings');
  await page.getByText('Français').click();
  await page.getByRole('heading', { level: 1, name: 'Réglages' }).waitFor();
  await page.getByText('Sombre').click();
  await page.reload();
  await page.getByRole('heading', { level: 1, name: 'Réglages' }).waitFor();
  expect(await page.evaluate(() => document.documentElement.dataset['mantineColorScheme'])).toBe('dark');
  await axe(page);
});

test('the commands for other machines name this cloud, and the links of the API lead somewhere', async () => {
  const page = await lab.open('/settings', { width: 390, height: 844 });
  await page.getByText(`stratus login ${lab.url} --name lab`).waitFor();
  for (const name of ['Reference, to try out', 'OpenAPI description']) {
    const href = await page.getByRole('link', { name }).getAttribute('href');
    expect((await fetch(`${lab.url}${href}`)).status).toBe(200);
  }
  await axe(page);
});
