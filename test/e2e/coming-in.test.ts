import { afterAll, beforeAll, expect, test } from 'vitest';
import { startMailSink, type MailSink } from '../real/mail-sink.ts';
import { startOidcProvider, type RunningProvider } from '../real/oidc-provider.ts';
import { axe } from './axe.ts';
import { openCloud } from './browser.fixture.ts';
import { Administrator, goodPassword } from './people.fixture.ts';

const lab = openCloud({ hosts: 1, instances: 0, pastMs: 60_000 });
const admin = new Administrator(lab);
let sink: MailSink;
let provider: RunningProvider;

beforeAll(async () => {
  [sink, provider] = await Promise.all([startMailSink(), startOidcProvider({ redirectUris: [`${lab.url}/v1/session/oidc/uni/callback`] })]);
  await admin.ask('PATCH', '/v1/settings', {
    site: { name: 'Lab of Example', url: lab.url },
    mail: { host: '127.0.0.1', port: sink.port, security: 'none', from: 'cloud@example.org' },
    registration: { open: true },
    methods: [
      { type: 'local' },
      {
        type: 'oidc',
        name: 'uni',
        label: 'University of Example',
        issuer: provider.issuer,
        clientId: provider.clientId,
        clientSecret: provider.clientSecret,
      },
    ],
  });
});
afterAll(async () => {
  await Promise.all([sink?.close(), provider?.stop()]);
});

/** The newest mail to an address, as soon as there is one. */
async function mailTo(address: string): Promise<string> {
  for (let tries = 0; tries < 200; tries++) {
    const mail = sink.mails.findLast(({ to }) => to.includes(address));
    if (mail !== undefined) return mail.links[0] ?? '';
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`no mail to ${address} has come`);
}

test('who registers confirms the address, is approved, and logs in', async () => {
  const page = await lab.open('/', { isLoggedIn: false });
  await page.getByRole('heading', { level: 1, name: 'Lab of Example' }).waitFor();
  await page.getByRole('link', { name: 'Register' }).click();
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Mia Example');
  await axe(page);
  await page.getByLabel('User name').fill('mia');
  await page.getByLabel('E-mail address').fill('mia@example.org');
  await page.getByLabel('What do you want it for?').fill('The course of spring.');
  await page.getByRole('button', { name: 'Ask for an account' }).click();
  await page.getByRole('heading', { level: 1, name: 'Look into your mail' }).waitFor();
  await page.goto(await mailTo('mia@example.org'));
  await page.getByRole('heading', { level: 1, name: 'Confirm your address' }).waitFor();
  await page.getByLabel('New password').fill(goodPassword);
  await page.getByLabel('Once more').fill(goodPassword);
  await page.getByRole('button', { name: 'Confirm' }).click();
  await page.getByText('An administrator looks at your request').waitFor();

  const office = await lab.open('/');
  await office.getByRole('navigation').getByRole('link', { name: 'Administration 1 person waits for an account' }).click();
  await office.getByText('The course of spring.').waitFor();
  await axe(office);
  await office.getByRole('button', { name: 'Approve mia' }).click();
  await office.getByRole('dialog').getByRole('button', { name: 'Approve' }).click();
  await office.getByText('Nobody waits for an account.').waitFor();
  await office.getByRole('navigation').getByRole('link', { name: 'Administration', exact: true }).waitFor();

  await page.goto(lab.url);
  await lab.logIn(page, 'mia', goodPassword);
  await page.getByRole('navigation', { name: 'Main navigation' }).waitFor();
});

test('who logs in at the provider comes back to the page that was wanted', async () => {
  // Its own pages, and a font that they ask for elsewhere.
  lab.expectTrouble(new RegExp(`request to another host|${provider.issuer}|fonts`));
  const page = await lab.open('/profile', { isLoggedIn: false });
  await page.getByRole('button', { name: 'Log in with University of Example' }).click();
  await page.locator('input[name="login"]').fill('ada');
  await page.locator('input[name="password"]').fill('any password');
  await page.locator('button[type="submit"]').click();
  const consent = page.getByRole('button', { name: 'Continue' });
  await Promise.race([consent.click().catch(() => undefined), page.waitForURL(`${lab.url}/profile`)]);
  await page.getByRole('heading', { level: 1, name: 'Profile' }).waitFor();
  await page.getByText('University of Example').first().waitFor();
  expect(new URL(page.url()).pathname).toBe('/profile');
});

test('a provider that is refused says so on the log-in page, which still has every other way', async () => {
  const page = await lab.open('/log-in?problem=LINK_NEEDED', { isLoggedIn: false });
  await page.getByRole('alert').getByText('There is an account of your name already').waitFor();
  await axe(page);
  await lab.logIn(page);
  await page.getByRole('navigation', { name: 'Main navigation' }).waitFor();
});

test('every page of the administration can be read and changed without a fault that axe finds', async () => {
  for (const [theme, width] of [
    ['light', 1440],
    ['dark', 390],
  ] as const) {
    const page = await lab.open('/administration', { theme, width });
    for (const name of ['Courses', 'Settings', 'Audit', 'Requests']) {
      await page.getByRole('tab', { name }).click();
      await page.getByRole('tabpanel').locator('button, p').first().waitFor();
      await axe(page);
    }
    expect(await page.evaluate(() => document.documentElement.scrollWidth), 'nothing sticks out').toBeLessThanOrEqual(width);
  }
  const page = await lab.open('/administration?page=settings');
  await page.getByRole('button', { name: 'Change University of Example' }).click();
  const dialog = page.getByRole('dialog', { name: 'OpenID Connect provider' });
  await axe(page);
  await dialog.getByLabel('Label').fill('Our university');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await page.getByText('2. Our university').waitFor();
  await page.goto(`${lab.url}/administration?page=audit`);
  await page.getByRole('button', { name: 'Verify the chain' }).click();
  await page.getByText('The log is as it was written').waitFor();
});

test('a way to log in is tried step by step, and asked about before it is removed', async () => {
  const page = await lab.open('/administration?page=settings');
  await admin.ask('PATCH', '/v1/settings', { methods: [{ type: 'local' }, oidc('uni', provider.issuer), oidc('gone', 'http://127.0.0.1:9')] });
  await page.reload();
  await page.getByRole('button', { name: 'Try uni' }).click();
  await page.getByText(`The provider answers as ${provider.issuer}.`).waitFor();
  await page.getByRole('button', { name: 'Try gone' }).click();
  await page.getByText('Wrong:').waitFor({ state: 'attached' });
  await axe(page);
  expect(await page.getByRole('button', { name: 'Try local' }).count()).toBe(0);
  await page.getByRole('button', { name: 'Remove gone' }).click();
  const dialog = page.getByRole('dialog', { name: 'Remove gone?' });
  await axe(page);
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await dialog.waitFor({ state: 'hidden' });
  await page.getByRole('button', { name: 'Remove gone' }).click();
  await dialog.getByRole('button', { name: 'Remove' }).click();
  await page.getByRole('button', { name: 'Remove gone' }).waitFor({ state: 'detached' });
  expect((await admin.ask('GET', '/v1/settings')).methods.map(({ name }: { name: string }) => name)).toEqual(['local', 'uni']);
});

test('two who change the settings at once undo nothing of each other, and who comes second is told', async () => {
  const page = await lab.open('/administration?page=settings');
  const days = page.getByLabel('Kept for (days)');
  await days.waitFor();
  // Something else: nothing that anybody has to hear of.
  await admin.ask('PATCH', '/v1/settings', { site: { name: 'Lab of Theirs' } });
  const quotas = page.getByRole('region', { name: 'Quotas' });
  await quotas.getByRole('group', { name: 'Each person' }).getByLabel('Instances').fill('5');
  await quotas.getByRole('button', { name: 'Save: Quotas' }).click();
  await quotas.getByText('Saved. It takes effect at once.').waitFor();
  const { site, quotas: saved } = await admin.ask('GET', '/v1/settings');
  expect({ site, saved }).toMatchObject({
    site: { name: 'Lab of Theirs' },
    saved: { user: { instances: 5, vcpus: null }, project: { instances: null } },
  });
  // The same: theirs stands until the reader has seen it.
  await days.fill('200');
  await admin.ask('PATCH', '/v1/settings', { audit: { retentionDays: 50 } });
  await page.getByRole('button', { name: 'Save: Audit log' }).click();
  await page.getByText('Somebody else changed this meanwhile.').waitFor();
  await axe(page);
  expect(await days.inputValue()).toBe('200');
  await page.getByRole('button', { name: 'Show it as it is now' }).click();
  expect(await days.inputValue()).toBe('50');
  expect((await admin.ask('GET', '/v1/settings')).audit).toEqual({ retentionDays: 50 });
});

function oidc(name: string, issuer: string): object {
  return { type: 'oidc', name, label: name, issuer, clientId: provider.clientId, clientSecret: provider.clientSecret };
}
