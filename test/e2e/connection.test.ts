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

test.each(['/events', '/instances'])('what %s missed while it was cut off for too long is read anew', async (path) => {
  const page = await lab.open(path);
  const name = `missed-${path.slice(1)}`;
  const project = (await lab.cloud.find('project', 'default')).id;
  await page.getByRole('main').getByRole('link').first().waitFor();
  await allFetched(page);
  await lab.stopControlPlane();
  await page.getByText('The cloud does not answer').waitFor();
  lab.expectTrouble(/status of 410/);
  let isCut = true;
  await page.route('**/v1/watch*', async (route) => (isCut ? route.abort() : route.continue()));
  lab.expectTrouble(/ERR_FAILED/);
  await lab.startControlPlane();
  await lab.cloud.create('instance', name, { image: 'tiny' }, project);
  await lab.cloud.store.compact(await lab.cloud.store.revision());
  isCut = false;
  await page.getByRole('main').getByRole('link', { name }).first().waitFor();
  // And what comes then is told again.
  await lab.cloud.create('instance', `${name}-later`, { image: 'tiny' }, project);
  await page
    .getByRole('main')
    .getByRole('link', { name: `${name}-later` })
    .first()
    .waitFor();
});

test('a list that could not be read comes by itself when the cloud answers again', async () => {
  const page = await lab.open('/settings');
  await allFetched(page);
  lab.expectTrouble(/ERR_FAILED/);
  await page.route('**/v1/networks?*', (route) => route.abort());
  await page.goto(`${lab.url}/networks`);
  await page.getByRole('alert').getByText('The cloud does not answer.').waitFor();
  await lab.stopControlPlane();
  await page.getByRole('status').getByText('The cloud does not answer').waitFor();
  await page.unroute('**/v1/networks?*');
  await lab.startControlPlane();
  await page.getByRole('heading', { level: 1, name: 'Networks' }).waitFor();
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
