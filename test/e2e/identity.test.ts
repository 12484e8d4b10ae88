import { Secret, TOTP } from 'otpauth';
import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { axe } from './axe.ts';
import { openCloud } from './browser.fixture.ts';
import { Administrator, goodPassword } from './people.fixture.ts';

const lab = openCloud({ hosts: 1, instances: 0, pastMs: 60_000 });
const admin = new Administrator(lab);
beforeAll(() => admin.ask('PATCH', '/v1/settings', { site: { url: lab.url } }));

const heading = (page: Page, name: string | RegExp) => page.getByRole('heading', { level: 1, name }).waitFor();
const isIn = (page: Page) => page.getByRole('navigation', { name: 'Main navigation' }).waitFor();

/** Out of the page's own menu. */
async function logOut(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name, exact: true }).click();
  await page.getByRole('menuitem', { name: 'Log out' }).click();
  await page.getByLabel('User name').waitFor();
}

/** What the app shows; of the next half minute, since each is good once. */
function codeOf(secret: string, aheadMs = 0): string {
  return new TOTP({ secret: Secret.fromBase32(secret.replaceAll(' ', '')) }).generate({ timestamp: lab.cloud.clock.now() + aheadMs });
}

test('a link lets a person choose a password once, and leaves the address bar at once', async () => {
  const link = await admin.passwordLinkOf('ada');
  const page = await lab.open(link, { isLoggedIn: false });
  await heading(page, 'Choose a password');
  expect(new URL(page.url()).hash).toBe('');
  await axe(page);
  const set = page.getByRole('button', { name: 'Set the password' });
  await page.getByLabel('New password').fill('passwordpassword');
  await page.getByLabel('Once more').fill('passwordpassword');
  await set.click();
  await page.getByText('This password will not do').waitFor();
  await page.getByLabel('New password').fill(goodPassword);
  expect(await set.isDisabled()).toBe(true);
  await page.getByLabel('Once more').fill(goodPassword);
  await set.click();
  await heading(page, 'Done');
  await page.getByRole('link', { name: 'To the log-in' }).click();
  await page.getByLabel('User name').waitFor();
  await lab.logIn(page, 'ada', goodPassword);
  await isIn(page);
  const again = await lab.open(link, { isLoggedIn: false });
  await heading(again, 'This link does not work');
  await axe(again);
});

test('who has set up codes of an app is asked for one at log-in, and a recovery code stands for it', async () => {
  await admin.person('bob');
  const page = await lab.open('/profile', { isLoggedIn: false });
  await lab.logIn(page, 'bob', goodPassword);
  await heading(page, 'Profile');
  await page.getByRole('button', { name: 'Set up codes' }).click();
  const dialog = page.getByRole('dialog', { name: 'Set up codes' });
  const secret = (await dialog.getByLabel('Secret', { exact: true }).textContent()) ?? '';
  await dialog.getByRole('img', { name: 'QR code of the secret' }).waitFor();
  await axe(page);
  await dialog.getByLabel('The code that the app shows').fill(codeOf(secret));
  await dialog.getByRole('button', { name: 'Confirm' }).click();
  await dialog.getByText('Each of them stands once').waitFor();
  await axe(page);
  const recovery = (await dialog.locator('code').first().textContent()) ?? '';
  await dialog.getByRole('button', { name: 'I have kept them' }).click();
  await page.getByText('10 recovery codes left').waitFor();
  await axe(page);
  await logOut(page, 'bob');

  await lab.logIn(page, 'bob', goodPassword);
  const code = page.getByLabel('Code of your app');
  await code.fill('000000');
  await page.getByText('The code is wrong').waitFor();
  await axe(page);
  // Six digits are all of it: nothing has to be pressed.
  await code.fill(codeOf(secret, 30_000));
  await heading(page, 'Profile');
  await logOut(page, 'bob');
  await lab.logIn(page, 'bob', goodPassword);
  await page.getByRole('button', { name: 'use a recovery code' }).click();
  await page.getByLabel('Recovery code').fill(recovery);
  await page.getByRole('button', { name: 'Go on' }).click();
  await page.getByText('9 recovery codes left').waitFor();
});

test('a passkey lets in without a name or a password', async () => {
  await admin.person('eve');
  // Browsers give passkeys to names, not to addresses.
  const home = lab.url.replace('127.0.0.1', 'localhost');
  lab.expectTrouble(/localhost/);
  const page = await lab.open('/', { isLoggedIn: false });
  const devTools = await page.context().newCDPSession(page);
  await devTools.send('WebAuthn.enable');
  await devTools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  // An authenticator that says yes to everything would take the offer among the names before any button is pressed.
  await page.addInitScript('PublicKeyCredential.isConditionalMediationAvailable = async () => false');
  await page.goto(`${home}/profile`);
  await page.getByLabel('User name').waitFor();
  await lab.logIn(page, 'eve', goodPassword);
  await heading(page, 'Profile');
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  const dialog = page.getByRole('dialog', { name: 'Add a passkey' });
  await dialog.getByLabel('Name').fill('laptop');
  await dialog.getByRole('button', { name: 'Add a passkey' }).click();
  await page.getByRole('button', { name: 'Remove laptop' }).waitFor();
  await logOut(page, 'eve');
  await page.getByRole('button', { name: 'Log in with a passkey' }).click();
  await heading(page, 'Profile');
});

test('a command line is let in by who compares its code, and nobody is asked twice', async () => {
  const begun = (await (
    await fetch(`${lab.url}/v1/device-logins`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'stratus on laptop' }),
    })
  ).json()) as { deviceCode: string; userCode: string };
  await admin.person('kim');
  const page = await lab.open(`/device?code=${begun.userCode}`, { isLoggedIn: false });
  await page.getByText('A command line wants to be let in').waitFor();
  await lab.logIn(page, 'kim', goodPassword);
  await page.getByRole('heading', { name: 'stratus on laptop wants to be let in' }).waitFor();
  await page.getByText(begun.userCode).waitFor();
  await axe(page);
  await page.getByRole('button', { name: 'Let it in' }).click();
  await page.getByText('Go back to the terminal').waitFor();
  const polled = await fetch(`${lab.url}/v1/device-logins/poll`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ deviceCode: begun.deviceCode }),
  });
  expect(await polled.json()).toMatchObject({ status: 'approved', user: 'kim' });
  await page.reload();
  await page.getByText('No command line waits with this code').waitFor();
});

test('conditions are asked before anything else, and once more when they change, over the page as it is', async () => {
  await admin.person('joe');
  await admin.ask('PATCH', '/v1/settings', { conditions: { text: { en: 'Be kind.\n\nTurn off what you do not use.', fr: 'Soyez aimables.' } } });
  try {
    const page = await lab.open('/instances', { isLoggedIn: false });
    await lab.logIn(page, 'joe', goodPassword);
    await heading(page, 'Conditions of use');
    await page.getByText('Turn off what you do not use.').waitFor();
    await axe(page);
    await page.getByRole('button', { name: 'Accept' }).click();
    await heading(page, 'Instances');
    await admin.ask('POST', '/v1/account/conditions', { version: 1 });
    await admin.ask('PATCH', '/v1/settings', { conditions: { text: { en: 'Be very kind.', fr: null } } });
    await page.getByRole('navigation').getByRole('link', { name: 'Events' }).click();
    const dialog = page.getByRole('dialog', { name: 'Conditions of use' });
    await dialog.getByText('Be very kind.').waitFor();
    await axe(page);
    await dialog.getByRole('button', { name: 'Accept' }).click();
    await dialog.waitFor({ state: 'hidden' });
    await heading(page, 'Events');
  } finally {
    await admin.ask('POST', '/v1/account/conditions', { version: 2 }).catch(() => undefined);
    await admin.ask('PATCH', '/v1/settings', { conditions: null });
  }
});
