import { expect, test } from 'vitest';
import type { Instance } from '../../src/kinds/instance/instance.ts';
import { instanceKind } from '../../src/kinds/instance/instance.ts';
import { axe } from './axe.ts';
import { openCloud } from './browser.fixture.ts';

const lab = openCloud();

async function inState(state: string): Promise<Instance> {
  const found = ((await lab.cloud.records('instance')) as Instance[]).find((each) => instanceKind.state(each) === state);
  if (found === undefined) throw new Error(`no instance is ${state}`);
  return found;
}

const badge = (page: Awaited<ReturnType<typeof lab.open>>, state: string) =>
  page.getByRole('main').locator(`[data-state="${state}"]`).first().waitFor();

test('an instance shows how to log in, what it is and where it runs', async () => {
  const { id, name, spec } = await inState('running');
  const page = await lab.open(`/instances/${id}`);
  await page.getByRole('heading', { level: 1, name }).waitFor();
  await page.getByText(`ssh ${spec.image.loginUser}@${spec.nics[0]?.address}`).waitFor();
  await page.getByText(spec.nics[0]?.mac ?? '').waitFor();
  await axe(page);
});

test('an instance goes through its life by the buttons of its page', async () => {
  const { id } = await inState('running');
  const page = await lab.open(`/instances/${id}`);
  const press = async (verb: string) => {
    const button = page.getByRole('main').getByRole('button', { name: verb, exact: true });
    if (await button.isVisible()) return button.click();
    await page.getByRole('button', { name: 'More actions' }).click();
    return page.getByRole('menuitem', { name: verb, exact: false }).first().click();
  };
  for (const [verb, state] of [
    ['Pause', 'paused'],
    ['Resume', 'running'],
    ['Suspend', 'suspended'],
    ['Start', 'running'],
    ['Stop', 'stopped'],
    ['Start', 'running'],
    ['Force stop', 'stopped'],
  ] as const) {
    await press(verb);
    await badge(page, state);
  }
});

test('what the state forbids is greyed, and says why', async () => {
  const { id } = await inState('running');
  const page = await lab.open(`/instances/${id}`);
  await page.getByRole('button', { name: 'More actions' }).click();
  const resize = page.getByRole('menuitem', { name: /Resize/ });
  expect(await resize.getAttribute('aria-disabled')).toBe('true');
  expect(await resize.innerText()).toContain('Stop it first.');
  await resize.click({ force: true });
  expect(await page.getByRole('dialog').count()).toBe(0);
});

test('a stopped instance is resized to another type', async () => {
  const { id, spec } = await inState('stopped');
  const page = await lab.open(`/instances/${id}`);
  await page.getByRole('button', { name: 'Resize' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('combobox', { name: 'New type' }).click();
  const larger = spec.type === 'm1.large' ? 'm1.xlarge' : 'm1.large';
  await page.getByRole('option', { name: larger }).click();
  await axe(page);
  await dialog.getByRole('button', { name: 'Resize' }).click();
  await dialog.waitFor({ state: 'hidden' });
  await expect.poll(async () => ((await lab.cloud.find('instance', id)) as Instance).spec.type).toBe(larger);
});

test('a deleted instance is gone from the list once it is gone from its host', async () => {
  const { id, name } = await inState('running');
  const page = await lab.open(`/instances/${id}`);
  await page.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name: 'Delete' }).click();
  const dialog = page.getByRole('dialog', { name: `Delete ${name}?` });
  await axe(page);
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await dialog.waitFor({ state: 'hidden' });
  await page.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name: 'Delete' }).click();
  await dialog.getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('heading', { level: 1, name: 'Instances' }).waitFor();
  await page.getByRole('link', { name, exact: true }).waitFor({ state: 'detached' });
  await page.goto(`${lab.url}/instances/${id}`);
  await page.getByText('There is no instance').waitFor();
});

test('the serial log of an instance is shown as it grows, and can be taken along', async () => {
  const { id } = await inState('running');
  const page = await lab.open(`/instances/${id}?tab=log`);
  await page.getByRole('log').waitFor();
  expect((await page.getByRole('log').innerText()).length).toBeGreaterThan(0);
  await axe(page);
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Download' }).click()]);
  expect(download.suggestedFilename()).toMatch(/\.log$/);
});
