import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { instanceKind, type Instance } from '../../src/kinds/instance/instance.ts';
import { axe } from './axe.ts';
import { openCloud } from './browser.fixture.ts';

const lab = openCloud();

async function running(): Promise<Instance> {
  const found = ((await lab.cloud.records('instance')) as Instance[]).find((each) => instanceKind.state(each) === 'running');
  if (found === undefined) throw new Error('no instance is running');
  return found;
}

const picture = (page: Page, title: string) => page.getByRole('img', { name: new RegExp(`^${title}\\.`) });
/** Once it is there: what draws it is fetched first. */
const shown = (page: Page, title: string) => picture(page, title).locator('canvas').waitFor();
/** Drawn, and not only there: how many points of the picture have a colour. */
const inked = (page: Page, title: string) =>
  picture(page, title)
    .locator('canvas')
    .evaluate((canvas) => {
      interface Drawn {
        width: number;
        height: number;
        getContext(kind: '2d'): { getImageData(x: number, y: number, width: number, height: number): { data: Uint8ClampedArray } };
      }
      const drawn = canvas as unknown as Drawn;
      const { data } = drawn.getContext('2d').getImageData(0, 0, drawn.width, drawn.height);
      let count = 0;
      for (let index = 3; index < data.length; index += 4) if ((data[index] ?? 0) > 100) count++;
      return count;
    });

test('an instance shows what it uses, in pictures, in words and as a table', async () => {
  const { id } = await running();
  const page = await lab.open(`/instances/${id}?tab=metrics`);
  for (const title of ['Processor', 'Memory', 'Disk traffic', 'Network', 'Disk requests']) {
    await shown(page, title);
    expect(await inked(page, title), title).toBeGreaterThan(500);
  }
  expect(await picture(page, 'Processor').getAttribute('aria-label')).toMatch(/^Processor\. In use: last \d+%, least \d+%, most \d+%\.$/);
  await axe(page);
  await page.getByRole('button', { name: 'Show as a table: Memory' }).click();
  const table = page.getByRole('region', { name: 'Memory, as a table' });
  expect(await table.getByRole('row').count()).toBeGreaterThan(30);
  expect(await table.getByRole('columnheader').allInnerTexts()).toEqual(['Time', 'Used in the guest', 'Taken from the host']);
  await axe(page);
});

test('the pointer tells the values of its moment', async () => {
  const { id } = await running();
  const page = await lab.open(`/instances/${id}?tab=metrics`);
  await shown(page, 'Disk requests');
  await picture(page, 'Processor').hover();
  // All charts show the same moment.
  await expect.poll(() => page.getByText(/\d{4}, \d+:\d\d:\d0/).count()).toBe(5);
});

test('the time that is shown stands in the address, and is found again from there', async () => {
  const { id } = await running();
  const page = await lab.open(`/instances/${id}?tab=metrics`);
  await shown(page, 'Processor');
  await page.getByText('7 days').click();
  await expect.poll(() => new URL(page.url()).searchParams.get('range')).toBe('7d');
  await page.reload();
  await shown(page, 'Network');
  expect(await page.getByRole('radio', { name: '7 days' }).isChecked()).toBe(true);
});

test('new values come by themselves, by small requests', async () => {
  const { id } = await running();
  const page = await lab.open(`/instances/${id}?tab=metrics`);
  await shown(page, 'Processor');
  const answer = await page.waitForResponse((response) => response.url().includes('/metrics?'), { timeout: 20_000 });
  expect((await answer.body()).length).toBeLessThan(2_000);
});

test('a host shows what the machine uses', async () => {
  const host = (await lab.cloud.records('host')).find((each) => (each.status as { lostSince: unknown }).lostSince === null);
  const page = await lab.open(`/hosts/${host?.id}?tab=metrics&range=30d`, { theme: 'dark', language: 'fr', width: 390 });
  for (const title of ['Processeur', 'Mémoire', 'Espace disque', 'Réseau']) await shown(page, title);
  expect(await picture(page, 'Processeur').getAttribute('aria-label')).toMatch(/^Processeur\. Utilisation : dernière valeur \d+/);
  await axe(page);
});

test('a host that is silent is told, with the reason', async () => {
  lab.expectTrouble(/503/);
  const host = (await lab.cloud.records('host')).find((each) => (each.status as { lostSince: unknown }).lostSince !== null);
  const page = await lab.open(`/hosts/${host?.id}?tab=metrics`);
  await page.getByText('No new values at the moment').waitFor();
  await page.getByText('its host does not answer').waitFor();
  await axe(page);
});

test('an instance that was never on says that nothing was measured', async () => {
  const { id } = await running();
  const page = await lab.open(`/instances/${id}`);
  await page.route('**/metrics?*', (route) => route.fulfill({ json: { stepSeconds: 10, times: [1_000, 1_010], series: { cpu: [null, null] } } }));
  await page.getByRole('tab', { name: 'Load' }).click();
  await page.getByText('Nothing was measured in this time.').waitFor();
  await axe(page);
});
