import { mkdir, stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { chromium, type Browser, type Page } from 'playwright-core';
import { minutes } from '../src/core/units.ts';
import { simLoad } from '../src/drivers/sim/sim-load.ts';
import { instanceKind } from '../src/kinds/instance/instance.ts';
import { runSetup } from './setup.mjs';
import { chromiumPath } from './sim/chromium.ts';
import { ServedCloud } from './sim/served-cloud.ts';

/**
 * Takes the pictures of docs/pictures anew: the page as it is built, over the simulated lab of `npm run dev`.
 */

const folder = fileURLToPath(new URL('../docs/pictures', import.meta.url));
/** What is looked at on the way to a repository's first page should not be waited for. */
const sizeBytesMax = 250_000;
const phone = { width: 390, height: 780 };

interface Look {
  readonly width?: number;
  readonly height?: number;
  readonly theme?: 'light' | 'dark';
}

await runSetup({ groups: [], anySystem: true, out: { write: () => undefined } });
await mkdir(folder, { recursive: true });
const lab = await ServedCloud.open({ port: 0, webDir: fileURLToPath(new URL('../dist/web', import.meta.url)) });
const browser = await chromium.launch({
  executablePath: chromiumPath,
  args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
});
try {
  await overview(browser);
  await launch(browser);
  await instance(browser);
  await consoleOf(browser);
  await phones(browser);
} finally {
  await browser.close();
  await lab.close();
}
// The simulated cloud lives on by its clock; nothing of it is needed any more.
process.exit();

async function overview(from: Browser): Promise<void> {
  await keep(await open(from, '/'), 'overview');
}

async function launch(from: Browser): Promise<void> {
  // Whoever looks at this picture has not had an import fail yet.
  await lab.cloud.delete('image', (await lab.cloud.find('image', 'windows-95')).id);
  const page = await open(from, '/launch');
  await fillLaunch(page, 'variable-stars');
  await keep(page, 'launch');
}

async function instance(from: Browser): Promise<void> {
  const page = await open(from, `${await pathOf(await atWork())}?tab=metrics`, { theme: 'dark' });
  await page.locator('canvas').nth(3).waitFor();
  await keep(page, 'instance');
}

async function consoleOf(from: Browser): Promise<void> {
  const page = await open(from, `${await pathOf('assembly')}/console`, { height: 620 });
  await page.locator('[data-line="open"]').waitFor();
  for (const line of ['root', 'uname -a', 'nproc', 'free -h', 'df -h /']) await page.keyboard.type(`${line}\n`);
  await page.getByText('/dev/vda1').waitFor();
  await keep(page, 'console');
}

/** Three telephones beside each other. */
async function phones(from: Browser): Promise<void> {
  const list = await open(from, '/instances', phone);
  const launching = await open(from, '/launch', phone);
  await fillLaunch(launching, 'field-notes');
  const charts = await open(from, `${await pathOf(await atWork())}?tab=metrics`, { ...phone, theme: 'dark' });
  await charts.locator('canvas').nth(1).waitFor();
  const screens: string[] = [];
  for (const page of [list, launching, charts]) {
    await settle(page);
    screens.push((await page.screenshot()).toString('base64'));
  }
  const page = await from.newPage({ viewport: { width: 3 * phone.width + 4 * 40, height: phone.height + 2 * 40 } });
  const image = (base64: string) =>
    `<img src="data:image/png;base64,${base64}" style="border-radius:24px;outline:1px solid #ced4da;box-shadow:0 8px 24px #0002">`;
  await page.setContent(`<body style="margin:40px;display:flex;gap:40px;background:#f1f3f5">${screens.map(image).join('')}</body>`);
  await keep(page, 'phone');
}

async function fillLaunch(page: Page, name: string): Promise<void> {
  await page.getByRole('radio', { name: 'debian-12' }).check();
  await page.locator('input[data-field="name"]').fill(name);
  await page.locator('[data-outlook="good"]').waitFor({ state: 'attached' });
}

/** A new window of somebody who is logged in already. */
async function open(from: Browser, path: string, { width = 1440, height = 900, theme = 'light' }: Look = {}): Promise<Page> {
  const context = await from.newContext({ viewport: { width, height }, colorScheme: theme, locale: 'en', reducedMotion: 'reduce' });
  const answer = await context.request.post(`${lab.url}/v1/session`, { data: { user: 'admin', password: lab.password } });
  if (!answer.ok()) throw new Error(`the log-in was refused: ${await answer.text()}`);
  const page = await context.newPage();
  await page.goto(`${lab.url}${path}`);
  await page.getByRole('heading', { level: 1 }).first().waitFor();
  return page;
}

/** Of the machines whose names say what they do, the one that has worked for about a third of the last hour. */
async function atWork(): Promise<string> {
  const now = lab.cloud.clock.now();
  const idleness = (id: string) => {
    const worked = Array.from({ length: 60 }, (_, minute) => simLoad(id, now - minute * minutes).cpu > 0.3).filter(Boolean).length;
    return Math.abs(worked / 60 - 1 / 3);
  };
  const [best] = (await lab.cloud.records('instance'))
    .filter(({ name }) => ['gateway', 'wiki', 'frames-db', 'assembly'].includes(name))
    .toSorted((a, b) => idleness(a.id) - idleness(b.id));
  if (best === undefined) throw new Error('the lab has no machine at work');
  return best.name;
}

async function pathOf(name: string): Promise<string> {
  const found = (await lab.cloud.records('instance')).find((each) => each.name === name);
  if (found === undefined) throw new Error(`the lab has no instance ${name}`);
  return `/${instanceKind.plural}/${found.id}`;
}

/** Until what comes later has come: fonts, lists, the forecast's last answer. */
async function settle(page: Page): Promise<void> {
  await page.waitForLoadState('networkidle', { timeout: 1_500 }).catch(() => undefined);
}

async function keep(page: Page, name: string): Promise<void> {
  await settle(page);
  const path = `${folder}/${name}.png`;
  await page.screenshot({ path });
  await page.context().close();
  const { size } = await stat(path);
  process.stdout.write(`docs/pictures/${name}.png  ${Math.round(size / 1_000)} kB\n`);
  if (size > sizeBytesMax) throw new Error(`${path} is larger than ${sizeBytesMax / 1_000} kB`);
}
