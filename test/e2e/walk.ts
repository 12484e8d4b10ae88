import type { ElementHandle, Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import type { BrowserCloud } from './browser.fixture.ts';

/** Pages of one sort (all instances, say) that are looked at: the walk is long enough. */
const ofOneSortMax = 3;
/** Rows of a table have the same menus. */
const ofOneLabelMax = 2;

/** What an address is of: `/instances/:ref?tab=log`. What is searched for, or chosen in a form, makes no sort of its own. */
function sortOf({ pathname, searchParams }: URL): string {
  const [, plural = '', ref = '', ...rest] = pathname.split('/');
  const tab = searchParams.get('tab');
  return [plural, ref === '' || ref === 'new' ? ref : ':ref', ...rest].join('/') + (tab === null ? '' : `?tab=${tab}`);
}

/** Follows every link from the overview on, opens every menu and tab, and reads what is shown. */
class Walk {
  readonly visited: string[] = [];
  readonly clicked = new Set<string>();
  readonly wrong: string[] = [];
  readonly #open: string[] = ['/'];
  readonly #met = new Set<string>(['/']);
  readonly #sorts = new Map<string, number>();
  readonly #page: Page;
  readonly #home: string;

  constructor(page: Page, home: string) {
    this.#page = page;
    this.#home = home;
  }

  async everywhere(): Promise<void> {
    for (let path = this.#open.shift(); path !== undefined; path = this.#open.shift()) {
      await this.#visit(path);
    }
  }

  async #visit(path: string): Promise<void> {
    const page = this.#page;
    this.visited.push(path);
    await page.goto(`${this.#home}${path}`);
    const main = page.getByRole('main');
    await main.getByRole('heading', { level: 1 }).first().waitFor();
    await this.#look(path);
    const tabs = main.getByRole('tab');
    for (let index = 0; index < (await tabs.count()); index++) {
      await this.#click(tabs.nth(index));
      await this.#look(path);
    }
    await this.#openAll(page.locator('[aria-haspopup]:not([aria-haspopup="false"]):not(input), main [aria-expanded="false"]:not(input)'), path);
  }

  /** Whatever opens: a menu, a list, something folded away. */
  async #openAll(openers: Locator, path: string): Promise<void> {
    const labels = new Map<string, number>();
    for (const handle of await openers.elementHandles()) {
      const opener = handle as ElementHandle<HTMLElement>;
      if (!(await opener.isVisible())) continue;
      const isInRow = await opener.evaluate((element) => element.closest('tbody, [role="rowgroup"]') !== null);
      const label = isInRow ? 'of a row' : ((await opener.getAttribute('aria-label')) ?? (await opener.innerText()));
      labels.set(label, (labels.get(label) ?? 0) + 1);
      if ((labels.get(label) ?? 0) > ofOneLabelMax) continue;
      await this.#click(opener);
      await this.#look(path);
      await this.#close(opener, `${path}: ${label}`);
    }
  }

  /** By the keyboard, which a menu takes a moment after it has opened; on a busy machine it also opens a moment late. */
  async #close(opener: ElementHandle<HTMLElement>, what: string): Promise<void> {
    const opened = this.#page.locator('[role="menu"], [role="listbox"], [role="dialog"]').filter({ visible: true });
    const isOpen = async () =>
      (await opened.count()) > 0 ||
      (await opener.evaluate((element) => element.isConnected && element.matches('[aria-haspopup][aria-expanded="true"]')));
    for (let tries = 0; await isOpen(); tries++) {
      if (tries === 40) return void this.wrong.push(`${what} does not close by Escape`);
      await this.#page.keyboard.press('Escape');
      await this.#page.waitForTimeout(50);
    }
  }

  async #click(what: Locator | ElementHandle<HTMLElement>): Promise<void> {
    this.clicked.add((await what.getAttribute('aria-label')) ?? (await what.innerText()));
    await what.click();
  }

  /** What is shown has texts, and its links are remembered. */
  async #look(path: string): Promise<void> {
    const page = this.#page;
    await page
      .getByRole('status', { name: /^(Loading|Chargement)$/ })
      .first()
      .waitFor({ state: 'hidden' });
    const text = await page.locator('body').innerText();
    const labels = await page.locator('[aria-label]').evaluateAll((each) => each.map((element) => element.getAttribute('aria-label')));
    for (const [key] of [text, ...labels]
      .join('\n')
      .matchAll(
        /\b(shell|error|list|form|instance|image|host|event|network|project|ssh-key|instance-type|user|group|share|settings|overview|launch):[a-z]\w*(\.\w+)*\b/g,
      ))
      this.wrong.push(`${path} shows the key ${key}`);
    if (/\b(undefined|NaN|\[object Object\]|Invalid Date)\b|\{\{/.test(text))
      this.wrong.push(`${path} shows ${/.*(undefined|NaN|\[object|Invalid Date|\{\{).*/.exec(text)?.[0]}`);
    if (/^(Not here|Introuvable)$/m.test(text)) this.wrong.push(`${path} is a dead link`);
    const links = await page.locator('a[href]').evaluateAll((each) => each.map((element) => element.getAttribute('href') ?? ''));
    for (const link of links) await this.#remember(link, path);
  }

  async #remember(link: string, from: string): Promise<void> {
    if (link.startsWith('#') || link.startsWith('blob:') || link.startsWith('data:') || this.#met.has(link)) return;
    this.#met.add(link);
    const url = new URL(link, this.#home);
    if (url.origin !== this.#home) this.wrong.push(`${from} links to ${link}, which is not ours`);
    else if (url.pathname.startsWith('/v1/')) {
      const answer = await this.#page.request.get(url.href);
      // Of a host that is lost there is nothing to be had now.
      if (!answer.ok() && answer.status() !== 503) this.wrong.push(`${from} links to ${link}, which answers ${answer.status()}`);
    } else {
      const sort = sortOf(url);
      const many = (this.#sorts.get(sort) ?? 0) + 1;
      this.#sorts.set(sort, many);
      if (many <= ofOneSortMax) this.#open.push(link);
    }
  }
}

/** Asserts that a reader of `language` finds no dead link, no missing text, nothing that does not open or close. */
export async function walkEverywhere(lab: BrowserCloud, language: 'en' | 'fr'): Promise<void> {
  const walk = new Walk(await lab.open('/', { language }), lab.url);
  await walk.everywhere();
  expect([...new Set(walk.wrong)]).toEqual([]);
  expect(walk.visited.length).toBeGreaterThan(15);
  expect(walk.clicked.size).toBeGreaterThan(10);
}
