import { expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { axe } from './axe.ts';
import { openCloud } from './browser.fixture.ts';

const lab = openCloud();

const field = (page: Page, name: string) =>
  page
    .getByRole('textbox', { name, exact: true })
    .or(page.getByLabel(name, { exact: true }))
    .first();
const create = (page: Page) => page.getByRole('main').getByRole('button', { name: 'Create', exact: true });

test('a form says what is wrong at the field, before anything is sent', async () => {
  const page = await lab.open('/instance-types/new');
  await page.getByRole('textbox', { name: 'Name' }).fill('Big One');
  await page.getByRole('textbox', { name: 'Processors' }).fill('0');
  await create(page).click();
  await page.getByText('Not of the right form.').waitFor();
  await page.getByText('At least 1.', { exact: true }).waitFor();
  await page.getByText('Fill this in.').waitFor();
  await axe(page);
  expect(await page.getByRole('textbox', { name: 'Name' }).evaluate((input) => document.activeElement === input)).toBe(true);
});

test('an instance type is made by its form', async () => {
  const page = await lab.open('/instance-types/new');
  await page.getByRole('textbox', { name: 'Name' }).fill('m1.mine');
  await page.getByRole('textbox', { name: 'Processors' }).fill('2');
  await page.getByRole('textbox', { name: 'Memory (MiB)' }).fill('2048');
  await page.getByRole('button', { name: 'Add a label' }).click();
  await page.getByLabel('Key of label 1').fill('for');
  await page.getByLabel('Value of label 1').fill('tests');
  await create(page).click();
  await page.getByRole('heading', { level: 1, name: 'm1.mine' }).waitFor();
  expect(await lab.cloud.find('instance-type', 'm1.mine')).toMatchObject({
    labels: { for: 'tests' },
    spec: { vcpus: 2, memoryMib: 2048, swapMib: 0 },
  });
});

test('a name that is taken is told at the name, and the form keeps everything', async () => {
  lab.expectTrouble(/409/);
  const page = await lab.open('/projects/new');
  await page.getByRole('textbox', { name: 'Name' }).fill('default');
  await page.getByRole('textbox', { name: 'Description' }).fill('One more');
  await create(page).click();
  await page.getByText('There is already a project named default.').waitFor();
  expect(await page.getByRole('textbox', { name: 'Description' }).inputValue()).toBe('One more');
});

test('an answer that was lost on the way does not make two of one', async () => {
  lab.expectTrouble(/ERR_FAILED|ERR_CONNECTION|net::/);
  const page = await lab.open('/projects/new');
  let isFirst = true;
  await page.route('**/v1/projects**', async (route) => {
    if (route.request().method() !== 'POST' || !isFirst) return route.continue();
    isFirst = false;
    // It arrives, and its answer does not.
    await route.fetch();
    return route.abort();
  });
  await page.getByRole('textbox', { name: 'Name' }).fill('twice');
  await create(page).click();
  await page.getByText('The cloud does not answer.').first().waitFor();
  await create(page).click();
  await page.getByRole('heading', { level: 1, name: 'twice' }).waitFor();
});

test('what was typed is still there after a log-in that expired', async () => {
  lab.expectTrouble(/401/);
  const page = await lab.open('/projects/new');
  await page.getByRole('textbox', { name: 'Name' }).fill('patient');
  await lab.endSessions();
  // The stream of changes may have found out first.
  await create(page)
    .click({ timeout: 2_000 })
    .catch(() => undefined);
  await page.getByRole('dialog', { name: 'Your log-in has expired' }).waitFor();
  await lab.logIn(page);
  await page.getByRole('dialog').waitFor({ state: 'hidden' });
  expect(await page.getByRole('textbox', { name: 'Name' }).inputValue()).toBe('patient');
  await create(page).click();
  await page.getByRole('heading', { level: 1, name: 'patient' }).waitFor();
});

test('who leaves a half-filled form is asked first, by whichever way', async () => {
  const page = await lab.open('/projects');
  await page.getByRole('main').getByRole('link', { name: 'Create a project' }).click();
  await page.getByRole('textbox', { name: 'Name' }).fill('half');
  const question = page.getByRole('dialog', { name: 'Leave without saving?' });
  await page.getByRole('navigation').getByRole('link', { name: 'Hosts' }).click();
  await question.waitFor();
  await axe(page);
  await page.keyboard.press('Enter');
  await question.waitFor({ state: 'hidden' });
  expect(await page.getByRole('textbox', { name: 'Name' }).inputValue()).toBe('half');
  await page.goBack();
  await question.waitFor();
  await page.keyboard.press('Escape');
  await question.waitFor({ state: 'hidden' });
  expect(await page.getByRole('textbox', { name: 'Name' }).inputValue()).toBe('half');
  await page.getByRole('navigation').getByRole('link', { name: 'Hosts' }).click();
  await question.getByRole('button', { name: 'Leave' }).click();
  await page.getByRole('heading', { level: 1, name: 'Hosts' }).waitFor();
  // An empty one, and one that was sent, ask nothing.
  await page.goto(`${lab.url}/projects/new`);
  await page.getByRole('navigation').getByRole('link', { name: 'Hosts' }).click();
  await page.getByRole('heading', { level: 1, name: 'Hosts' }).waitFor();
});

test('a dialog with a half-filled form asks before it closes, and outlives an expired log-in', async () => {
  lab.expectTrouble(/401/);
  const project = await lab.cloud.create('project', 'asked', { description: 'old' });
  const page = await lab.open(`/projects/${project.id}`);
  await openEdit(page);
  const dialog = page.getByRole('dialog', { name: 'Edit asked' });
  await dialog.getByRole('textbox', { name: 'Description' }).fill('new');
  await page.keyboard.press('Escape');
  const question = page.getByRole('dialog', { name: 'Leave without saving?' });
  await question.waitFor();
  await axe(page);
  await page.keyboard.press('Escape');
  await question.waitFor({ state: 'hidden' });
  expect(await dialog.getByRole('textbox', { name: 'Description' }).inputValue()).toBe('new');
  await lab.endSessions();
  await dialog
    .getByRole('button', { name: 'Save' })
    .click({ timeout: 2_000 })
    .catch(() => undefined);
  const again = page.getByRole('dialog', { name: 'Your log-in has expired' });
  await again.waitFor();
  await axe(page);
  await lab.logIn(page);
  await again.waitFor({ state: 'hidden' });
  await dialog.getByRole('alert').waitFor({ state: 'hidden' });
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.waitFor({ state: 'hidden' });
  expect(await lab.cloud.find('project', project.id)).toMatchObject({ spec: { description: 'new' } });
  // Closed, it leaves nothing behind that would ask.
  await page.getByRole('navigation').getByRole('link', { name: 'Hosts' }).click();
  await page.getByRole('heading', { level: 1, name: 'Hosts' }).waitFor();
});

test('a token that is shown once is not lost by a key too many', async () => {
  const page = await lab.open('/settings');
  await page.getByRole('button', { name: 'New token' }).click();
  await page.getByRole('dialog').getByRole('textbox', { name: 'Name' }).fill('kept');
  await page.keyboard.press('Escape');
  await page.getByRole('dialog', { name: 'Leave without saving?' }).getByRole('button', { name: 'Stay here' }).click();
  await page.getByRole('dialog').getByRole('textbox', { name: 'Name' }).press('Enter');
  const secret = page.getByRole('dialog').getByLabel('The token', { exact: true });
  await secret.waitFor();
  await page.keyboard.press('Escape');
  await axe(page);
  expect(await secret.innerText()).toMatch(/^sl/);
});

async function openEdit(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name: 'Edit' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).waitFor();
}

test('anything can be renamed and labelled where it stands', async () => {
  const project = await lab.cloud.create('project', 'before', { description: 'old' });
  const page = await lab.open(`/projects/${project.id}`);
  await openEdit(page);
  await axe(page);
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox', { name: 'Name' }).fill('after');
  await dialog.getByRole('button', { name: 'Add a label' }).click();
  await dialog.getByLabel('Key of label 1').fill('team');
  await dialog.getByLabel('Value of label 1').fill('bio');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('heading', { level: 1, name: 'after' }).waitFor();
  expect(await lab.cloud.find('project', project.id)).toMatchObject({ name: 'after', labels: { team: 'bio' }, spec: { description: 'old' } });
});

test('what somebody else has changed meanwhile is shown, not overwritten unseen', async () => {
  lab.expectTrouble(/412/);
  const project = await lab.cloud.create('project', 'shared', { description: 'old' });
  const page = await lab.open(`/projects/${project.id}`);
  await openEdit(page);
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox', { name: 'Description' }).fill('mine');
  await lab.cloud.update('project', project.id, { body: { description: 'theirs' } });
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.getByText('Somebody else has changed shared meanwhile').waitFor();
  await dialog.getByRole('cell', { name: 'theirs' }).waitFor();
  await dialog.getByRole('cell', { name: 'mine' }).waitFor();
  await axe(page);
  await dialog.getByRole('button', { name: 'Save mine' }).click();
  await dialog.waitFor({ state: 'hidden' });
  expect(await lab.cloud.find('project', project.id)).toMatchObject({ spec: { description: 'mine' } });
});

test('what is refused after all is said, and nothing that was typed is lost', async () => {
  lab.expectTrouble(/412|404/);
  const project = await lab.cloud.create('project', 'going', { description: 'old' });
  const page = await lab.open(`/projects/${project.id}`);
  await openEdit(page);
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox', { name: 'Description' }).fill('mine');
  await lab.cloud.update('project', project.id, { body: { description: 'theirs' } });
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.getByText('Somebody else has changed going meanwhile').waitFor();
  await page.route('**/v1/projects/*', (route) => (route.request().method() === 'PATCH' ? route.abort() : route.continue()));
  lab.expectTrouble(/ERR_FAILED/);
  await dialog.getByRole('button', { name: 'Save mine' }).click();
  await page.getByText('The cloud does not answer.').waitFor();
  expect(await dialog.getByRole('textbox', { name: 'Description' }).inputValue()).toBe('mine');
});

test('a key is made in the browser: the private half is a file, the public half goes to the cloud', async () => {
  const page = await lab.open('/ssh-keys/new');
  await axe(page);
  await page.getByRole('textbox', { name: 'Name of the key' }).fill('fresh');
  const [saved] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('Enter')]);
  expect(saved.suggestedFilename()).toBe('fresh.key');
  await page.getByRole('heading', { level: 1, name: 'fresh' }).waitFor();
  await page.getByText('chmod 600 ~/Downloads/fresh.key').waitFor();
  await axe(page);
  expect(JSON.stringify((await lab.cloud.records('ssh-key')).find(({ name }) => name === 'fresh'))).not.toContain('PRIVATE');
});

test('a private key that is pasted by mistake is not kept', async () => {
  const page = await lab.open('/ssh-keys/new');
  await page.getByText('Paste mine').click();
  await field(page, 'Public key').fill('-----BEGIN OPENSSH PRIVATE KEY-----\nc2VjcmV0\n-----END OPENSSH PRIVATE KEY-----');
  await page.getByText('This was a private key.').waitFor();
  expect(await field(page, 'Public key').inputValue()).not.toContain('c2VjcmV0');
  // The public one that lies beside it is named after its owner, and told by its fingerprint.
  await field(page, 'Public key').fill('ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGPKSUrvHrEd3bUMvLI3Cp+9GkzgF8VRiMsPQPMFVbqD Ada@Laptop.example');
  await page.getByText('SHA256:').waitFor();
  expect(await page.getByRole('textbox', { name: 'Name of the key' }).inputValue()).toBe('ada-laptop-example');
});

test('an image is brought in from an address, and what fails can be tried again', async () => {
  const page = await lab.open('/images/new');
  await axe(page);
  await page.getByText('From an address').click();
  await page.getByRole('textbox', { name: 'Name' }).fill('broken');
  await page.getByRole('textbox', { name: 'Address' }).fill('https://images.example/bad.qcow2');
  await page.getByRole('textbox', { name: 'Checksum' }).fill(`${'ab'.repeat(32)}  bad.qcow2`);
  await create(page).click();
  await page.getByRole('heading', { level: 1, name: 'broken' }).waitFor();
  await page.getByRole('main').locator('[data-state="failed"]').first().waitFor({ timeout: 60_000 });
  await page.getByRole('main').getByRole('button', { name: 'Try again' }).click();
  await page.getByRole('main').locator('[data-state="importing"]').first().waitFor();
});

test('the recipes that the cloud knows are offered with what they are, and one names the image', async () => {
  const page = await lab.open('/images/new');
  await page.getByRole('combobox', { name: 'Recipe' }).click();
  await page.getByRole('option', { name: 'tiny' }).getByText('x86_64, disk 1 GiB, at least 64 MiB of memory').waitFor();
  await axe(page);
  await page.getByRole('option', { name: 'debian-12' }).click();
  expect(await page.getByRole('textbox', { name: 'Name' }).inputValue()).toBe('debian-12');
});

test('an unknown recipe is told at its field', async () => {
  lab.expectTrouble(/400/);
  const page = await lab.open('/images/new');
  await page.getByRole('textbox', { name: 'Name' }).fill('strange');
  await page.getByRole('combobox', { name: 'Recipe' }).fill('nonsense');
  await create(page).click();
  await page.getByText('there is no recipe nonsense').waitFor();
});
