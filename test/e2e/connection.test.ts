import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { openCloud } from './browser.fixture.ts';

const lab = openCloud();

/** What the page fetches while it has nothing else to do has come. */
async function allFetched(page: Page): Promise<void> {
  const assets = () => page.evaluate(() => performance.getEntriesByType('resource').filter(({ name }) => name.includes('/assets/')).length);
  for (let before = 0, now = await assets(); now !== before || now < 10; now = await assets()) {
    before = now;
    await page.waitForTimeout(1_000);
  }
}

test('a page under which the control plane dies says so, stays usable, and catches up by revision', async () => {
  const page = await lab.open('/instances');
  await page.getByRole('link', { name: 'wiki', exact: true }).waitFor();
  // What is shown later has come meanwhile.
  await allFetched(page);
  await lab.stopControlPlane();
  await page.getByText('The cloud does not answer').waitFor();
  // What was seen stays to be seen.
  await page.getByRole('link', { name: 'wiki', exact: true }).click();
  await page.getByRole('heading', { level: 1, name: 'wiki' }).waitFor();
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url().replace(lab.url, '')));
  await lab.startControlPlane();
  const instance = await lab.cloud.find('instance', 'wiki', (await lab.cloud.find('project', 'default')).id);
  await lab.cloud.verb('instance', instance.id, 'pause');
  await page.getByRole('main').locator('[data-state="paused"]').first().waitFor();
  await page.getByText('The cloud does not answer').waitFor({ state: 'hidden' });
  const watches = asked.filter((path) => path.startsWith('/v1/watch'));
  expect(watches.length).toBeGreaterThan(0);
  for (const path of watches) expect(path).toMatch(/from=\d+/);
  expect(asked.filter((path) => path.startsWith('/v1/instances?'))).toEqual([]);
  await lab.cloud.verb('instance', instance.id, 'resume');
});

test('a page that is opened while nothing answers comes as soon as something does', async () => {
  const page = await lab.open('/hosts');
  // The page itself comes from the control plane: only its first question is lost.
  lab.expectTrouble(/ERR_FAILED/);
  await page.route('**/v1/session', (route) => route.abort());
  await page.reload();
  await page.getByRole('alert').getByText('The cloud does not answer.').waitFor();
  await page.unroute('**/v1/session');
  await page.getByRole('heading', { level: 1, name: 'Hosts' }).waitFor();
});

test('a change that somebody else makes is seen without asking', async () => {
  const page = await lab.open('/instances');
  const project = (await lab.cloud.find('project', 'default')).id;
  await lab.cloud.create('instance', 'from-elsewhere', { image: 'tiny' }, project);
  await page.getByRole('link', { name: 'from-elsewhere' }).waitFor();
  const { id } = await lab.cloud.find('instance', 'from-elsewhere', project);
  await lab.cloud.delete('instance', id);
  await page.getByRole('link', { name: 'from-elsewhere' }).waitFor({ state: 'hidden' });
});
