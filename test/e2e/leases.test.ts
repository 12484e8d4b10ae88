import { expect, test } from 'vitest';
import { axe } from './axe.ts';
import { openCloud } from './browser.fixture.ts';

const lab = openCloud({ hosts: 2, instances: 2 });

const named = async (name: string) => (await lab.cloud.records('instance')).find((each) => each.name === name);
const daysLeft = async (name: string): Promise<number | null> => {
  const { expiresAt = null } = ((await named(name))?.spec ?? {}) as { expiresAt?: string | null };
  return expiresAt === null ? null : Math.round((Date.parse(expiresAt) - lab.cloud.clock.now()) / 86_400_000);
};

test('how long a machine may live is chosen where it is launched, shown on its page, and extended there', async () => {
  const page = await lab.open('/launch');
  await page.getByRole('radio', { name: 'tiny' }).first().check();
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill('short');
  await page.getByRole('button', { name: 'More settings' }).click();
  await page.getByLabel('How long').selectOption('Other');
  await page.getByText('How long: A whole number of days, from 1 on.').waitFor();
  await page.getByLabel('Days', { exact: true }).fill('3');
  await page.getByText(/It is stopped on .*, unless its time is extended before/).waitFor();
  await axe(page);
  await page.getByRole('button', { name: 'Launch', exact: true }).click();
  await page.getByRole('heading', { level: 1, name: /is on its way/ }).waitFor();
  expect(await daysLeft('short')).toBe(3);
  await page.goto(`${lab.url}/instances/${(await named('short'))?.id}`);
  await page.getByText(/in [23] days/).waitFor();
  await page.getByRole('button', { name: 'Extend' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('How long').selectOption('1 month (30 days)');
  await axe(page);
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.waitFor({ state: 'detached' });
  expect(await daysLeft('short')).toBe(30);
  await page.getByRole('button', { name: 'Extend' }).click();
  await dialog.getByLabel('How long').selectOption('Never ends');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('button', { name: 'Set an end' }).waitFor();
  expect(await daysLeft('short')).toBeNull();
});

test('where nothing may live for ever, no longer than may be is offered, nor taken', async () => {
  await lab.ask('PATCH', '/v1/settings', { leases: { maxDays: 20 } });
  const page = await lab.open('/launch', { language: 'fr' });
  await page.getByRole('radio', { name: 'tiny' }).first().check();
  await page.getByRole('button', { name: 'Autres réglages' }).click();
  const field = page.getByLabel('Durée');
  expect(await field.locator('option').allInnerTexts()).toEqual(['Le plus longtemps possible : 20 jours', '1 jour', '1 semaine', 'Autre']);
  await field.selectOption('Autre');
  await page.getByLabel('Jours', { exact: true }).fill('21');
  await page.getByText('Durée : 20 jours au plus.').waitFor();
  await axe(page);
});

test('appliances of the same name say whose they are, and what an administrator brings in for everybody is for everybody', async () => {
  await lab.ask('POST', '/v1/projects', { name: 'chemistry' });
  const page = await lab.open('/images/new');
  const everyone = page.getByLabel('For everyone');
  expect(await everyone.isChecked()).toBe(true);
  await page.getByLabel('Project', { exact: true }).selectOption('chemistry');
  expect(await everyone.isChecked()).toBe(false);
  await page.getByRole('combobox', { name: 'Recipe' }).fill('tiny');
  await page.getByRole('textbox', { name: /^Name/ }).fill('tiny');
  await axe(page);
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  await page.getByRole('heading', { level: 1, name: 'tiny' }).waitFor();
  await page.goto(`${lab.url}/launch`);
  await page.getByRole('radio', { name: 'tiny of project default' }).waitFor();
  await page.getByRole('radio', { name: 'tiny of project chemistry' }).waitFor();
  await page.goto(`${lab.url}/images/new`);
  await page.getByRole('combobox', { name: 'Recipe' }).fill('tiny');
  await page.getByRole('textbox', { name: /^Name/ }).fill('tiny-for-all');
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  await page.getByRole('heading', { level: 1, name: 'tiny-for-all' }).waitFor();
  const shares = (await lab.cloud.records('image')).map(({ name, shares: those = [] }) => [name, those.map((share) => share.with)]);
  expect(shares).toContainEqual(['tiny-for-all', ['everyone']]);
});
