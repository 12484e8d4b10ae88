import { readFile } from 'node:fs/promises';
import type { Page, Route } from 'playwright-core';
import { expect, test } from 'vitest';
import { KiB } from '../../src/core/units.ts';
import { axe } from './axe.ts';
import { openCloud } from './browser.fixture.ts';

const lab = openCloud();

const appliance = (page: Page, name: string) => page.getByRole('radiogroup', { name: 'Appliance' }).getByRole('radio', { name });
const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
const foretold = (page: Page) => page.locator('[data-outlook="good"]').getByText(/will run on host|machines will run/);
const canLogIn = (page: Page) => page.getByText(/You can log in now/).waitFor({ timeout: 60_000 });
const named = async (name: string) => (await lab.cloud.records('instance')).filter((each) => each.name === name);

async function openForm(name: string, options: Parameters<typeof lab.open>[1] = {}): Promise<Page> {
  const page = await lab.open('/launch', options);
  await appliance(page, 'tiny').check();
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill(name);
  await foretold(page).waitFor();
  return page;
}

async function unfold(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'More settings' }).click();
  await page.locator('.cm-content').waitFor();
}

async function typeUserData(page: Page, text: string): Promise<void> {
  await page.locator('.cm-content').click();
  await page.keyboard.press('Control+A');
  await page.keyboard.press('Delete');
  await page.keyboard.insertText(text);
}

test('a first-time user picks an appliance, makes a key, launches and gets the line that logs in, with clicks alone', async () => {
  for (const key of await lab.cloud.records('ssh-key')) if (key.name === 'robot') await lab.cloud.delete('ssh-key', key.id);
  const page = await lab.open('/launch');
  await axe(page);
  await appliance(page, 'debian-12').check();
  await page.getByRole('button', { name: 'Add a key' }).click();
  const downloading = page.waitForEvent('download');
  await button(page, 'Make and download').click();
  const download = await downloading;
  expect(await readFile(await download.path(), 'utf8')).toMatch(
    /^-----BEGIN OPENSSH PRIVATE KEY-----\n[\s\S]+\n-----END OPENSSH PRIVATE KEY-----\n$/,
  );
  await page.getByRole('checkbox', { name: /admin/ }).waitFor();
  await foretold(page).waitFor();
  const promised = /with the address ([\d.]+)\./.exec(await foretold(page).innerText())?.[1] ?? '';
  await axe(page);
  await button(page, 'Launch').click();
  await page.getByRole('heading', { level: 1, name: /is on its way/ }).waitFor();
  await axe(page);
  await canLogIn(page);
  await page.getByText(`ssh -i ~/Downloads/${download.suggestedFilename()} debian@${promised}`, { exact: true }).waitFor();
  expect(await page.locator('[data-step]').evaluateAll((steps) => steps.map((step) => (step as HTMLElement).dataset['is']))).toEqual(
    Array(4).fill('done'),
  );
  await axe(page);
  await page.getByRole('button', { name: 'Launch another' }).click();
  await page.getByRole('heading', { name: 'Launch a machine' }).waitFor();
});

test('nonsense in any field is told at the field, and nothing is made', async () => {
  const page = await lab.open('/launch');
  await button(page, 'Launch').click();
  await page.getByRole('radiogroup', { name: 'Appliance' }).getByText('Pick an appliance.').waitFor();
  await expect.poll(() => page.evaluate(() => (document.activeElement as HTMLInputElement | null)?.type)).toBe('radio');
  await appliance(page, 'tiny').check();
  await unfold(page);
  const wrong = async (field: string, value: string, says: RegExp, back: string) => {
    const input = page.getByRole('textbox', { name: field, exact: true });
    await input.fill(value);
    await expect.poll(() => input.getAttribute('aria-invalid')).toBe('true');
    await page.locator('main').getByText(says).first().waitFor();
    await button(page, 'Launch').click();
    await expect.poll(() => input.evaluate((element) => element === document.activeElement)).toBe(true);
    await input.fill(back);
    await expect.poll(() => input.getAttribute('aria-invalid')).not.toBe('true');
  };
  await wrong('Name', 'Ünfug!', /begins with a letter/, 'sane');
  await wrong('Name', '', /Give it a name/, 'sane');
  await wrong('Name', 'x'.repeat(64), /at most 63/, 'sane');
  await wrong('Name', 'wiki', /already/, 'sane');
  await wrong('How many', '0', /from 1 to 100/, '1');
  await wrong('How many', '101', /from 1 to 100/, '1');
  await wrong('Disk size, GiB', '-3', /above 0/, '');
  await wrong('Disk size, GiB', '0.001', /smaller than image/, '');
  await wrong('Description', 'x'.repeat(1_001), /1,?000 characters/, '');
  await page.locator('[data-field="labels"]').fill('=nothing');
  await page.keyboard.press('Enter');
  await page
    .getByText(/=nothing is no label/)
    .first()
    .waitFor();
  await axe(page);
  expect(await named('sane')).toEqual([]);
});

test('user-data is recognised as it is typed, and what is wrong is told at its line', async () => {
  const page = await openForm('reader-of-data');
  await unfold(page);
  const kind = (is: string) => page.locator(`[data-user-data="${is}"]`).waitFor();
  await kind('none');
  await typeUserData(page, '#!/bin/sh\necho hello');
  await kind('script');
  await typeUserData(page, '#cloud-config\npackages: [htop]');
  await kind('cloud-config');
  await typeUserData(page, 'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="b"\n\n--b\n\n#!/bin/sh\n--b--\n');
  await kind('multipart');
  await typeUserData(page, '#cloud-config\na: 1\nb: [\n');
  await kind('invalid');
  await page.getByText(/Line \d: its cloud-config is not YAML/).waitFor();
  await page.locator('.cm-lint-marker-error').waitFor();
  await button(page, 'Launch').click();
  await expect.poll(() => page.evaluate(() => document.activeElement?.classList.contains('cm-content'))).toBe(true);
  await typeUserData(page, `#!/bin/sh\n${'#'.repeat(64 * KiB)}`);
  await page.getByText('larger than user-data may be').first().waitFor();
  await axe(page);
  await typeUserData(page, '#!/bin/sh\necho hello');
  await foretold(page).waitFor();
  await button(page, 'Launch').click();
  await page.getByRole('heading', { name: 'reader-of-data is on its way' }).waitFor();
  expect(await named('reader-of-data')).toMatchObject([{ spec: { userDataSha256: expect.stringMatching(/^[0-9a-f]{64}$/) } }]);
});

test('what fits no host is said before the button and after it, and everything that was entered stays', async () => {
  await lab.cloud.create('instance-type', 'huge', { vcpus: 128, memoryMib: 4 * 1024 * 1024 });
  const page = await openForm('too-much');
  await page.getByRole('radio', { name: 'huge' }).check();
  await page
    .locator('[data-outlook="refused"]')
    .getByText(/No host has room/)
    .waitFor();
  await page.getByText(/Choose a smaller type/).waitFor();
  await button(page, 'Launch').click();
  const alert = page.getByRole('alert').filter({ hasText: 'No host has room' });
  await alert.getByText('Request').waitFor();
  await axe(page);
  expect(await page.getByRole('textbox', { name: 'Name', exact: true }).inputValue()).toBe('too-much');
  await page.getByRole('radio', { name: 't1.micro' }).check();
  await foretold(page).waitFor();
  await alert.waitFor({ state: 'hidden' });
});

test('a size that an image cannot boot with is greyed with the reason, and another one is chosen', async () => {
  const { world } = lab.cloud;
  const usual = world.pace;
  world.pace = { ...usual, copyImage: [10_000, 10_000] };
  await lab.cloud.create('image', 'hungry', { source: { type: 'recipe', recipe: 'tiny' }, memoryMibMin: 4_096 });
  const page = await lab.open('/launch?image=hungry');
  world.pace = usual;
  const card = appliance(page, 'hungry');
  // While it is brought in it cannot be chosen.
  expect(await card.isDisabled()).toBe(true);
  await page.getByRole('progressbar', { name: 'Import of hungry' }).waitFor();
  await axe(page);
  await expect.poll(() => card.isEnabled(), { timeout: 60_000 }).toBe(true);
  await expect.poll(() => card.isChecked()).toBe(true);
  expect(await page.getByRole('radio', { name: 'm1.small' }).isDisabled()).toBe(true);
  await page.getByText('too small: hungry needs 4 GiB').first().waitFor();
  expect(await page.getByRole('radio', { name: 'm1.large' }).isChecked()).toBe(true);
  expect(await appliance(page, 'windows-95').isDisabled()).toBe(true);
});

test('a request whose answer is lost is sent again by one click, and makes one machine', async () => {
  const page = await openForm('only-once');
  const lose = async (route: Route) => {
    await route.fetch();
    await route.abort('connectionreset');
  };
  // Not the forecasts.
  await page.route(/\/v1\/instances(\?project=[^&]*)?$/, lose, { times: 1 });
  lab.expectTrouble(/ERR_CONNECTION_RESET/);
  await button(page, 'Launch').click();
  await page.getByRole('alert').filter({ hasText: 'The cloud did not answer' }).waitFor();
  await axe(page);
  expect(await named('only-once')).toHaveLength(1);
  await page.reload();
  // Also after a reload the page knows that it has no answer yet.
  await page.getByRole('alert').filter({ hasText: 'The cloud did not answer' }).waitFor();
  expect(await page.getByRole('textbox', { name: 'Name', exact: true }).inputValue()).toBe('only-once');
  await button(page, 'Try again').click();
  await page.getByRole('heading', { name: /only-once is (on its way|ready)/ }).waitFor();
  expect(await named('only-once')).toHaveLength(1);
});

test('with the control plane down nothing that was entered is lost, and the machine comes when it is back', async () => {
  const page = await openForm('patient');
  await lab.stopControlPlane();
  lab.expectTrouble(/Failed to load resource|ERR_/);
  await button(page, 'Launch').click();
  await page.getByRole('alert').filter({ hasText: 'The cloud did not answer' }).waitFor();
  await lab.startControlPlane();
  await button(page, 'Try again').click();
  await page.getByRole('heading', { name: 'patient is on its way' }).waitFor();
  expect(await named('patient')).toHaveLength(1);
});

test('a log-in that has expired is asked for over the form, which stays as it is', async () => {
  const page = await openForm('still-there');
  await lab.endSessions();
  // The stream of changes may have found out first.
  await button(page, 'Launch')
    .click({ timeout: 2_000 })
    .catch(() => undefined);
  const dialog = page.getByRole('dialog', { name: 'Your log-in has expired' });
  await dialog.waitFor();
  await lab.logIn(page);
  await dialog.waitFor({ state: 'hidden' });
  expect(await page.getByRole('textbox', { name: 'Name', exact: true }).inputValue()).toBe('still-there');
  await foretold(page).waitFor();
  await button(page, 'Launch').click();
  await page.getByRole('heading', { name: 'still-there is on its way' }).waitFor();
});

test('a reload keeps the draft, user-data included; a launch drops it; a reload afterwards still follows the machine', async () => {
  const page = await openForm('kept');
  await unfold(page);
  await typeUserData(page, '#!/bin/sh\necho kept');
  await page.locator('[data-user-data="script"]').waitFor();
  await page.reload();
  await page.locator('.cm-content').getByText('echo kept').waitFor();
  expect(await appliance(page, 'tiny').isChecked()).toBe(true);
  await foretold(page).waitFor();
  await button(page, 'Launch').dblclick();
  await page.getByRole('heading', { name: 'kept is on its way' }).waitFor();
  await page.reload();
  await page.getByRole('heading', { name: /kept is (on its way|ready)/ }).waitFor();
  await canLogIn(page);
  await page.getByRole('link', { name: 'All machines' }).click();
  await page.getByRole('heading', { level: 1, name: 'Instances' }).waitFor();
  await page.goto(`${lab.url}/launch`);
  await appliance(page, 'tiny').waitFor();
  expect(await page.getByRole('textbox', { name: 'Name', exact: true }).inputValue()).not.toBe('kept');
  expect(await named('kept')).toHaveLength(1);
});

test('several are launched at once, their names shown before, and followed together', async () => {
  const page = await openForm('crew');
  await unfold(page);
  await page.getByRole('textbox', { name: 'How many' }).fill('3');
  await page.getByText('crew-1, crew-2, crew-3').waitFor();
  await page.getByText('3 machines will run: crew-1 to crew-3.').waitFor();
  await button(page, 'Launch').click();
  await page.getByRole('heading', { name: '3 machines are on their way' }).waitFor();
  await page.getByRole('heading', { name: '3 machines are ready' }).waitFor({ timeout: 60_000 });
  expect(await page.getByText(/^ssh root@[\d.]+$/).count()).toBe(3);
  await axe(page);
});

test('one that is not to be started is made, and stays off', async () => {
  const page = await openForm('sleeper');
  await unfold(page);
  await page.getByRole('switch', { name: 'Start it at once' }).setChecked(false);
  await page.getByText(/sleeper will be made on host .* and stay off/).waitFor();
  // What will happen is drawn anew above the button: on a slow machine a click lands where it was.
  await button(page, 'Launch').press('Enter');
  await page.getByRole('heading', { name: 'sleeper is made' }).waitFor();
});

test('the keyboard alone is enough', async () => {
  const page = await lab.open('/launch');
  const until = async (isThere: () => Promise<boolean>) => {
    for (let presses = 0; presses < 60; presses++) {
      if (await isThere()) return;
      await page.keyboard.press('Tab');
    }
    throw new Error('the keyboard does not get there');
  };
  const isFocused = (selector: string) => () => page.evaluate((wanted) => document.activeElement?.matches(wanted) === true, selector);
  await appliance(page, 'tiny').waitFor();
  await until(isFocused('main input[type="radio"]'));
  await page.keyboard.press('Space');
  await page.keyboard.press('ArrowRight');
  expect(await appliance(page, 'debian-12').isChecked()).toBe(true);
  await until(isFocused('[data-field="name"]'));
  await page.keyboard.press('Control+A');
  await page.keyboard.type('by-keys');
  await foretold(page).waitFor();
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'by-keys is on its way' }).waitFor();
  await page
    .locator('[role="status"]')
    .filter({ hasText: /by-keys: (Disk|Powered|Booted)|by-keys is ready/ })
    .first()
    .waitFor();
  await canLogIn(page);
  await until(() => page.getByRole('link', { name: 'Console' }).evaluate((element) => element === document.activeElement));
  await page.keyboard.press('Enter');
  await page.locator('[data-console="serial"]').waitFor();
});

test('French readers read French from the first card to the log-in, on a telephone, in the dark', async () => {
  const page = await lab.open('/launch', { language: 'fr', theme: 'dark', width: 390, height: 844 });
  await page.getByRole('heading', { name: 'Lancer une machine' }).waitFor();
  await page.getByRole('radio', { name: 'tiny' }).check();
  await page.getByText(/tournera sur l’hôte/).waitFor();
  await page.getByRole('button', { name: 'Autres réglages' }).click();
  await typeUserData(page, '#cloud-config\n- rien\n');
  await page.locator('[data-user-data="invalid"]').waitFor();
  await axe(page);
  await typeUserData(page, '');
  await page.getByText(/tournera sur l’hôte/).waitFor();
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
  await button(page, 'Lancer').click();
  await page.getByText(/Vous pouvez vous connecter/).waitFor({ timeout: 60_000 });
  await axe(page);
});
