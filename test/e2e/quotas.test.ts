import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { axe } from './axe.ts';
import { openCloud } from './browser.fixture.ts';

const lab = openCloud({ hosts: 2, instances: 2 });

const launch = (name: string, user = 'ana', project = 'physics') =>
  lab.ask('POST', `/v1/instances?project=${project}`, { name, image: 'tiny', type: 't1.micro' }, user);
const bar = (page: Page, name: string) => page.getByRole('progressbar', { name, exact: true });
const limit = (path: string, quota: object) => lab.ask('POST', `/v1/${path}/set-quota`, quota);

beforeAll(async () => {
  for (const name of ['ana', 'olga', 'vera']) await lab.ask('POST', '/v1/users', { name });
  await lab.ask('POST', '/v1/projects', { name: 'physics', owner: 'ana' });
  await lab.ask('POST', '/v1/projects/physics/set-member', { user: 'olga', role: 'operator' });
  for (const { id, name } of (await lab.cloud.records('image')).filter((each) => each.name === 'tiny')) {
    expect(name).toBe('tiny');
    await lab.ask('POST', `/v1/images/${id}/share`, { everyone: true, access: 'use' });
  }
});

test('an administrator sets the quotas of a project; its members see bars that follow what is made', async () => {
  await launch('first');
  const theirs = await lab.open('/projects/physics', { user: 'ana' });
  await theirs.getByText('Without limit:').waitFor();
  expect(await theirs.getByRole('button', { name: 'Change quotas' }).count()).toBe(0);
  const page = await lab.open('/projects/physics');
  expect(await page.getByRole('button', { name: 'Set quota' }).count()).toBe(0);
  await page.getByRole('button', { name: 'Change quotas' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Instances', { exact: true }).selectOption('At most');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.getByText('A whole number, 0 or more.').waitFor();
  await dialog.getByLabel('Instances, at most').fill('3');
  await dialog.getByLabel('Memory', { exact: true }).selectOption('At most');
  await dialog.getByLabel('Memory, at most').fill('1024');
  await axe(page);
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.waitFor({ state: 'detached' });
  await bar(theirs, 'Memory').waitFor();
  const says = async (name: string) => (await bar(theirs, name).getAttribute('aria-valuetext'))?.replaceAll('\u00a0', ' ');
  expect([await says('Instances'), await says('Memory')]).toEqual(['1 of 3', '512 MiB of 1 GiB']);
  const { id } = await launch('second');
  await expect.poll(() => says('Memory')).toBe('1 GiB of 1 GiB, used up');
  expect(await bar(theirs, 'Memory').getAttribute('data-fill')).toBe('full');
  await axe(theirs);
  await lab.ask('DELETE', `/v1/instances/${id}`, undefined, 'ana');
  await expect.poll(() => says('Instances'), { timeout: 20_000 }).toBe('1 of 3');
  await page.getByRole('button', { name: 'Change quotas' }).click();
  await dialog.getByLabel('Memory', { exact: true }).selectOption('Without limit');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await bar(theirs, 'Memory').waitFor({ state: 'detached' });
});

test('a person’s page tells administrators what that person has made of what may be', async () => {
  await limit('users/ana', { instances: 1, vcpus: 10 });
  const page = await lab.open('/users/ana');
  await bar(page, 'Instances').waitFor();
  expect(await bar(page, 'Instances').getAttribute('aria-valuetext')).toBe('1 of 1, used up');
  await axe(page);
  await limit('users/ana', { instances: 'default', vcpus: 'default' });
  await bar(page, 'Instances').waitFor({ state: 'detached' });
});

test('in one’s own overview stand the quotas of one’s projects, and whose the machines are', async () => {
  await limit('projects/physics', { instances: 3 });
  const owner = await lab.open('/', { user: 'ana' });
  await owner.getByRole('heading', { name: 'My machines' }).waitFor();
  await owner.getByRole('article', { name: 'physics' }).getByRole('progressbar', { name: 'Instances' }).waitFor();
  const operator = await lab.open('/', { user: 'olga' });
  await operator.getByRole('heading', { name: 'Machines of my project', exact: true }).waitFor();
  expect(await operator.getByRole('heading', { name: 'My machines' }).count()).toBe(0);
  await axe(operator);
  const [first] = (await lab.cloud.records('instance')).filter(({ name }) => name === 'first');
  await lab.ask('POST', `/v1/instances/${first?.id}/share`, { user: 'vera', access: 'read' });
  const guest = await lab.open('/', { user: 'vera' });
  await guest.getByRole('heading', { name: 'Machines shared with me' }).waitFor();
});

test.each(['en', 'fr'] as const)('what a quota refuses is told where one launches, with whom to ask (%s)', async (language) => {
  const words = {
    en: {
      title: 'Over the quota of project physics: Instances',
      rows: ['Used already', 'This asks for', 'Limit'],
      ask: 'or ask an administrator for more',
    },
    fr: {
      title: 'Quota du projet physics dépassé : Instances',
      rows: ['Déjà pris', 'Demandé ici', 'Limite'],
      ask: 'demandez-en davantage à un administrateur',
    },
  }[language];
  await limit('projects/physics', { instances: 1 });
  const page = await lab.open('/launch', { user: 'ana', language });
  await page.getByRole('radio', { name: 'tiny' }).first().check();
  await page.getByText(words.title).waitFor();
  for (const [index, name] of words.rows.entries()) await page.getByRole('row', { name: `${name} ${[1, 1, 1][index]}`, exact: true }).waitFor();
  await page.getByText(words.ask).waitFor();
  await axe(page);
});

test('people are read when a page needs them, and not to be counted', async () => {
  const page = await lab.open('/about-nothing');
  const asked: string[] = [];
  page.on('request', (request) => asked.push(new URL(request.url()).pathname));
  await page.goto(`${lab.url}/`);
  await page.getByRole('heading', { level: 2, name: 'Recent events' }).waitFor();
  await page.getByRole('navigation', { name: 'Main navigation' }).getByText('People').waitFor();
  await page.goto(`${lab.url}/projects/physics`);
  await page.getByRole('link', { name: 'ana', exact: true }).waitFor();
  await page.getByRole('button', { name: 'Change quotas' }).waitFor();
  expect(asked).toContain('/v1/projects');
  expect(asked).not.toContain('/v1/users');
  await page.getByRole('navigation', { name: 'Main navigation' }).getByText('People').click();
  await page.getByRole('link', { name: 'vera' }).waitFor();
  expect(asked).toContain('/v1/users');
});
