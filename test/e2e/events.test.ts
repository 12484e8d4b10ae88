import { expect, test } from 'vitest';
import { axe } from './axe.ts';
import { openCloud } from './browser.fixture.ts';

const lab = openCloud();

test('events come as they happen, newest first, each with what it is about', async () => {
  const page = await lab.open('/events');
  const list = page.getByRole('list', { name: 'Events' });
  await list.getByRole('listitem').first().waitFor();
  await lab.cloud.create('project', 'just-now', {});
  await expect.poll(() => list.getByRole('listitem').first().innerText()).toContain('Project just-now was asked for');
  await axe(page);
  await list.getByRole('listitem').first().getByRole('link', { name: 'just-now' }).click();
  await page.getByRole('heading', { level: 1, name: 'just-now' }).waitFor();
  await page.getByRole('tab', { name: 'Events' }).click();
  await page.getByRole('list', { name: 'Events' }).getByText('Project just-now was asked for').waitFor();
});

test('while events are not followed, new ones wait until they are asked for', async () => {
  const page = await lab.open('/events?kind=project');
  await page.getByRole('listitem').first().waitFor();
  await page.getByRole('switch', { name: 'Follow' }).click();
  await lab.cloud.create('project', 'held-back', {});
  await page.getByRole('button', { name: 'Show 1 new event' }).click();
  await page.getByText('Project held-back was asked for').waitFor();
});

test('events are filtered, and the filter stands in the address', async () => {
  const page = await lab.open('/events');
  await page.getByLabel('What it is about').selectOption('image');
  await page.waitForURL(/kind=image/);
  await page.getByRole('listitem').first().waitFor();
  const texts = await page.getByRole('list', { name: 'Events' }).getByRole('listitem').allInnerTexts();
  expect(texts.every((text) => text.toLowerCase().includes('image'))).toBe(true);
  await page.getByRole('searchbox').fill('nothing-of-this');
  await page.getByText('Nothing of this sort has happened.').waitFor();
});

test('in French, what the cloud says is French', async () => {
  const page = await lab.open('/events?kind=instance', { language: 'fr' });
  await page.getByRole('listitem').first().waitFor();
  const said = await page.getByRole('listitem').allInnerTexts();
  expect(said.filter((text) => / (is|was) /.test(text))).toEqual([]);
});
