import { expect, test } from 'vitest';
import type { Host } from '../../src/kinds/host/host.ts';
import { axe } from './axe.ts';
import { openCloud } from './browser.fixture.ts';

const lab = openCloud();

async function hostIn(state: 'lost' | 'cordoned' | 'online'): Promise<Host> {
  const hosts = (await lab.cloud.records('host')) as Host[];
  const found = hosts.find(({ spec, status }) => (status.lostSince !== null ? 'lost' : spec.schedulable ? 'online' : 'cordoned') === state);
  if (found === undefined) throw new Error(`no host is ${state}`);
  return found;
}

test('the list tells of each host what it is and how full', async () => {
  const page = await lab.open('/hosts');
  const row = page.getByRole('row', { name: /node-3/ });
  await row.getByRole('img', { name: /^vCPUs: \d+ of 1,024/ }).waitFor();
  await row.getByText('KVM').waitFor();
  await axe(page);
});

test('a host is closed to new instances and opened again, and its page says what that means', async () => {
  const { id, name } = await hostIn('online');
  const page = await lab.open(`/hosts/${name}`);
  await page.getByRole('button', { name: 'Cordon' }).click();
  await page.getByText('It takes nothing new').waitFor();
  expect(((await lab.cloud.find('host', id)) as Host).spec.schedulable).toBe(false);
  // The hint of the button would be looked at too, which hangs beside everything else.
  await page.mouse.move(0, 0);
  await page.getByRole('tooltip').waitFor({ state: 'detached' });
  await axe(page);
  await page.getByRole('button', { name: 'Uncordon' }).click();
  await page.getByText('It answers, and takes new instances.').waitFor();
  expect(((await lab.cloud.find('host', id)) as Host).spec.schedulable).toBe(true);
});

test('the page of a lost host says since when, and what is known of its instances', async () => {
  const { name } = await hostIn('lost');
  const page = await lab.open(`/hosts/${name}`);
  await page.getByText(/^Silent since/).waitFor();
  await page.getByRole('tab', { name: 'Instances' }).click();
  await page.getByRole('table', { name: 'Instances' }).getByText('unknown').first().waitFor();
  await axe(page);
});

test('each tab of a host has an address of its own, and axe finds nothing on any', async () => {
  const { name } = await hostIn('online');
  for (const tab of ['overview', 'instances', 'recovery', 'metrics', 'events']) {
    const page = await lab.open(`/hosts/${name}?tab=${tab}`);
    await page.getByRole('tabpanel').waitFor();
    await page.waitForTimeout(500);
    await axe(page);
  }
});

test('a host that has instances is not deleted, and it is said why', async () => {
  const { name } = await hostIn('lost');
  const page = await lab.open(`/hosts/${name}`);
  await page.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name: 'Delete' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('Delete only one that will never come back').waitFor();
  await dialog.getByRole('button', { name: 'Delete' }).click();
  await page
    .getByRole('alert')
    .getByText(/instances/)
    .first()
    .waitFor();
  expect((await lab.cloud.find('host', name)).name).toBe(name);
});

test('in French', async () => {
  const { name } = await hostIn('lost');
  const page = await lab.open(`/hosts/${name}`, { language: 'fr', theme: 'dark', width: 390, height: 844 });
  await page.getByText(/^Silencieux depuis/).waitFor();
  await axe(page);
});

test('the serial log of a lost host’s instance says that the host is silent, and since when', async () => {
  lab.expectTrouble(/status of 503/);
  const host = await hostIn('lost');
  const instance = ((await lab.cloud.records('instance')) as { id: string; spec: { host: string } }[]).find(({ spec }) => spec.host === host.id);
  const page = await lab.open(`/instances/${instance?.id}?tab=log`);
  await page.getByText(`The host ${host.name}, which keeps it, has not answered since`).waitFor();
  await axe(page);
});

test('hosts are sorted by how many instances they have, and instances found and sorted by the name of their host', async () => {
  const page = await lab.open('/hosts?sort=-instances');
  const counts = page.locator('tbody tr[data-index] td:nth-child(7)');
  await counts.first().waitFor();
  const shown = (await counts.allInnerTexts()).map(Number);
  expect(shown.length).toBeGreaterThan(2);
  expect(shown).toEqual(shown.toSorted((a, b) => b - a));
  expect(shown[0]).toBeGreaterThan(0);
  const name = await page.locator('tbody tr[data-index]').first().getByRole('link').first().innerText();
  await page.goto(`${lab.url}/instances?q=${name}`);
  await page.locator('tbody tr[data-index]').first().waitFor();
  expect(await page.locator('tbody tr[data-index]').count()).toBe(shown[0]);
  await page.goto(`${lab.url}/instances?sort=-host`);
  const hosts = page.locator('tbody tr[data-index] td:nth-child(7)');
  await hosts.first().waitFor();
  const names = (await hosts.allInnerTexts()).map((text) => text.trim());
  expect(names).toEqual(names.toSorted((a, b) => b.localeCompare(a, 'en', { numeric: true })));
});
