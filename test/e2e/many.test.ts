import { expect, test } from 'vitest';
import { openCloud } from './browser.fixture.ts';

const lab = openCloud({ instances: 10_000, hosts: 10, pastMs: 0 });

test('ten thousand instances are one list, of which only the rows in view are drawn', { timeout: 180_000 }, async () => {
  const page = await lab.open('/instances');
  const rows = page.locator('tbody tr[data-index]');
  await rows.first().waitFor();
  const count = (await lab.cloud.records('instance')).length;
  expect(count).toBeGreaterThan(9_900);
  expect(await page.getByRole('table', { name: 'Instances' }).getAttribute('aria-rowcount')).toBe(String(count + 1));
  expect(await rows.count()).toBeLessThan(80);
  await page.getByRole('columnheader', { name: 'Name' }).getByRole('button').focus();
  await page.keyboard.press('End');
  await page.locator(`tbody tr[data-index="${count - 1}"]`).waitFor();
  expect(await rows.count()).toBeLessThan(80);
});

test('one of ten thousand is found by its address', { timeout: 180_000 }, async () => {
  const page = await lab.open('/instances');
  const last = ((await lab.cloud.records('instance')) as { name: string; spec: { nics: { address: string }[] } }[]).at(-1);
  await page.getByRole('searchbox').fill(last?.spec.nics[0]?.address ?? '');
  await page
    .locator('tbody')
    .getByRole('link', { name: last?.name ?? '', exact: true })
    .waitFor();
});
