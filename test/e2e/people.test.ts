import { beforeAll, expect, test } from 'vitest';
import { axe } from './axe.ts';
import { openCloud } from './browser.fixture.ts';

const lab = openCloud({ hosts: 1, instances: 6 });

beforeAll(async () => {
  for (const [name, displayName] of [
    ['ana', 'Ana Silva'],
    ['bob', ''],
    ['chloe', 'Chloé Martin'],
    ['dora', ''],
  ])
    await lab.ask('POST', '/v1/users', { name, displayName });
  await lab.ask('POST', '/v1/projects', { name: 'physics', description: 'A course', owner: 'chloe' });
  await lab.ask('POST', '/v1/groups', { name: 'staff' });
});

const firstInstance = async (): Promise<{ id: string; name: string; project: string }> =>
  (await lab.ask('GET', '/v1/instances?project=*&limit=1')).items[0];

test('who only operates sees what the project has, nothing of the cloud, and why the rest is not for them', async () => {
  const { id, name, project } = await firstInstance();
  await lab.ask('POST', `/v1/projects/${project}/set-member`, { user: 'ana', role: 'operator' });
  const page = await lab.open(`/instances/${id}`, { user: 'ana' });
  await page.getByRole('heading', { level: 1, name }).waitFor();
  const navigation = page.getByRole('navigation', { name: 'Main navigation' });
  await navigation.getByText('Projects').waitFor();
  for (const title of ['Hosts', 'People', 'Groups', 'Administration']) expect(await navigation.getByText(title, { exact: true }).count()).toBe(0);
  expect(await page.getByRole('main').getByText('Host', { exact: true }).count()).toBe(0);
  await page.getByRole('button', { name: 'More actions' }).click();
  const item = page.getByRole('menuitem', { name: /^Delete/ });
  expect(await item.getAttribute('aria-disabled')).toBe('true');
  expect(await item.innerText()).toContain('This takes the role of member; you are operator here.');
  await axe(page);
  await page.goto(`${lab.url}/hosts`);
  await page.getByText('Only auditors and administrators see this.').waitFor();
  await page.goto(`${lab.url}/launch`);
  await page.getByText('This takes the role of member in a project.').waitFor();
});

test('an owner takes somebody in, gives another role, and lets them go', async () => {
  const page = await lab.open('/projects/physics', { user: 'chloe' });
  await page.getByRole('combobox', { name: 'Log-in name' }).fill('bob');
  await page.getByLabel('Role', { exact: true }).selectOption('viewer');
  await axe(page);
  await page.getByRole('button', { name: 'Take in' }).click();
  await page.getByLabel('Role of bob').selectOption('operator');
  await page.getByText('bob is operator now.').waitFor({ state: 'attached' });
  const { members } = (await lab.ask('GET', '/v1/projects/physics')).spec;
  expect(members).toMatchObject([
    { name: 'bob', role: 'operator' },
    { name: 'chloe', role: 'owner' },
  ]);
  await page.getByLabel('Role of chloe').selectOption('viewer');
  await page.getByText('Project physics would have no owner.').waitFor();
  await page.getByRole('button', { name: 'Let go: bob' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Let go' }).click();
  await page.getByLabel('Role of bob').waitFor({ state: 'detached' });
});

test('who gives a course finds its code at its project, and who takes part does not', async () => {
  const { code } = await lab.ask('POST', '/v1/courses', { name: 'optics', seats: 20, endsAt: '2099-01-01T00:00:00Z', owner: 'chloe' });
  await lab.ask('POST', '/v1/projects/optics/set-member', { user: 'bob', role: 'member' });
  const page = await lab.open('/projects/optics', { user: 'chloe' });
  await page.getByRole('region', { name: 'Code of the course' }).getByText(code).waitFor();
  await axe(page);
  await page.getByRole('button', { name: 'Show the code' }).click();
  await page.getByRole('dialog', { name: 'optics' }).getByText(code).waitFor();
  const theirs = await lab.open('/projects/optics', { user: 'bob' });
  await theirs.getByRole('table').first().waitFor();
  expect(await theirs.getByText(code).count()).toBe(0);
});

test('a name that is nobody’s is told where it was typed', async () => {
  const page = await lab.open('/projects/physics', { user: 'chloe', width: 390, height: 844, language: 'fr', theme: 'dark' });
  await page.getByRole('combobox', { name: 'Nom d’utilisateur' }).fill('personne');
  await page.getByRole('button', { name: 'Faire entrer' }).click();
  await page.getByText('Introuvable : utilisateur personne.').waitFor();
  await axe(page);
});

test('what somebody may see comes and goes on the open page as it is given and taken', async () => {
  const page = await lab.open('/projects', { user: 'dora' });
  const main = page.getByRole('main');
  await main.getByText('No project yet.', { exact: false }).waitFor();
  await lab.ask('POST', '/v1/projects/physics/set-member', { user: 'dora', role: 'viewer' });
  await main.getByRole('link', { name: 'physics' }).waitFor();
  await lab.ask('POST', '/v1/projects/physics/remove-member', { user: 'dora' });
  await main.getByText('No project yet.', { exact: false }).waitFor();
  await lab.ask('PATCH', '/v1/users/dora', { role: 'auditor' });
  await page.getByRole('navigation', { name: 'Main navigation' }).getByText('Hosts').waitFor();
  await main.getByRole('link', { name: 'default' }).waitFor();
  const create = page.getByRole('button', { name: 'Create a project' });
  expect(await create.getAttribute('aria-description')).toBe('Only administrators may do this.');
});

test('somebody is taken in, and shut out again: their open page asks for a log-in', async () => {
  const page = await lab.open('/users');
  await page.getByRole('link', { name: 'Take somebody in' }).click();
  await page.getByLabel('Log-in name').fill('emil');
  await page.getByLabel('E-mail').fill('emil@example.org');
  await axe(page);
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  await page.getByRole('heading', { level: 1, name: 'emil' }).waitFor();
  const theirs = await lab.open('/instances', { user: 'emil' });
  await page.getByRole('button', { name: 'Block' }).click();
  await axe(page);
  await page.getByRole('dialog').getByRole('button', { name: 'Block' }).click();
  await page.getByRole('button', { name: 'Unblock' }).waitFor();
  await theirs.getByText('Your log-in has expired').waitFor();
});

test('people change their own account, and nothing that is given to them', async () => {
  const page = await lab.open('/users/ana', { user: 'ana' });
  await page.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name: 'Edit' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Called').fill('Ana S.');
  expect(await dialog.getByLabel('Role in the cloud').count()).toBe(0);
  await dialog.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('main').getByText('Ana S.', { exact: true }).waitFor();
});

test('several people get into a group at once, and out of it', async () => {
  const page = await lab.open('/groups/staff');
  await page.getByRole('combobox', { name: 'Take people in' }).fill('ana, bob; chloe,');
  await page.getByRole('button', { name: 'Take in' }).click();
  await page.getByLabel('Select bob').check();
  await page.getByLabel('Select chloe').check();
  await axe(page);
  await page.getByRole('button', { name: 'Let 2 go' }).click();
  await page.getByLabel('Select bob').waitFor({ state: 'detached' });
  expect((await lab.ask('GET', '/v1/groups/staff')).spec.members).toMatchObject([{ name: 'ana' }]);
});

test('an instance is shared with somebody, who sees it at once, and no more when it is not', async () => {
  const { id, name } = await firstInstance();
  const theirs = await lab.open('/instances', { user: 'bob' });
  await theirs.getByText('No machine yet', { exact: false }).waitFor();
  const page = await lab.open(`/instances/${id}`);
  await page.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name: 'Share' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('combobox', { name: 'Log-in name' }).fill('bob');
  await dialog.getByRole('button', { name: 'Share', exact: true }).click();
  await dialog.getByRole('rowheader', { name: 'bob' }).waitFor();
  await axe(page);
  await theirs.getByRole('link', { name }).waitFor();
  await dialog.getByRole('button', { name: 'Stop sharing with bob' }).click();
  await theirs.getByRole('link', { name }).waitFor({ state: 'detached' });
  await dialog.getByLabel('With whom').selectOption('everyone');
  await dialog.getByText('All who can log in to this cloud.').waitFor();
  await dialog.getByRole('button', { name: 'Share', exact: true }).click();
  // What was out of sight is seen again.
  await theirs.getByRole('link', { name }).waitFor();
});
