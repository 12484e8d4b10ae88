import { fileURLToPath } from 'node:url';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { chromiumPath } from '../../bin/sim/chromium.ts';
import { ServedCloud } from '../../bin/sim/served-cloud.ts';
import type { SimCloud } from '../../bin/sim/sim-cloud.ts';
import { all } from '../../src/auth/records.ts';
import { findAccount } from '../../src/auth/account.ts';
import { csrfTokenOf } from '../../src/auth/secret.ts';
import { endSession, newSession, sessionKind } from '../../src/auth/session.ts';
import { Troubles } from './troubles.ts';

export interface CloudOptions {
  /** Simulated; 24 where absent. From 24 on, some are in every sort of state. */
  readonly instances?: number;
  /** Simulated; 5 where absent. From 3 on, one is cordoned and one is lost. */
  readonly hosts?: number;
  /** How long all that has been going on, ms; two hours where absent. */
  readonly pastMs?: number;
}

export interface PageOptions {
  /** `en` where absent. */
  readonly language?: 'en' | 'fr';
  readonly theme?: 'light' | 'dark';
  /** CSS pixels; 1440 × 900 where absent. */
  readonly width?: number;
  readonly height?: number;
  /** Whether somebody is logged in already; true where absent. */
  readonly isLoggedIn?: boolean;
  /** Log-in name of who it is; the administrator where absent. */
  readonly user?: string;
}

/**
 * A simulated cloud with the built page, for the tests of one file; call it at the top of the file. Every page that
 * a test opens is watched: an error on its console, a request to another host, a violation of its policy, an asset
 * that is missing fail the test at its end.
 */
export function openCloud(options: CloudOptions = {}): BrowserCloud {
  const lab = new BrowserCloud(options);
  beforeAll(() => lab.begin());
  afterEach(() => lab.endTest());
  afterAll(() => lab.end());
  return lab;
}

export class BrowserCloud {
  readonly #options: CloudOptions;
  readonly #contexts: BrowserContext[] = [];
  #troubles = new Troubles();
  #served: ServedCloud | null = null;
  #browser: Browser | null = null;
  readonly #sessions = new Map<string, { name: string; value: string }>();

  constructor(options: CloudOptions) {
    this.#options = options;
  }

  /** The simulated cloud: its world, and what it can be asked for without the page. */
  get cloud(): SimCloud {
    return this.#running.cloud;
  }

  get url(): string {
    return this.#running.url;
  }

  /** Of `admin`. */
  get password(): string {
    return this.#running.password;
  }

  /** A new window of a new browser profile, at a path of the page. */
  async open(path = '/', options: PageOptions = {}): Promise<Page> {
    const { language = 'en', theme = 'light', width = 1440, height = 900, isLoggedIn = true, user = 'admin' } = options;
    if (this.#browser === null) throw new Error('openCloud() is called at the top of a test file');
    const context = await this.#browser.newContext({ viewport: { width, height }, colorScheme: theme, locale: language, reducedMotion: 'reduce' });
    this.#contexts.push(context);
    context.setDefaultTimeout(30_000);
    if (isLoggedIn) await context.addCookies([{ ...(await this.#sessionOf(user)), url: this.url, httpOnly: true, sameSite: 'Strict' }]);
    await this.#troubles.watch(context, this.url);
    const page = await context.newPage();
    await page.goto(`${this.url}${path}`);
    await page.getByRole('heading', { level: 1 }).first().waitFor();
    return page;
  }

  /** Fills in the log-in form that is shown. */
  async logIn(page: Page, user = 'admin', password = this.password): Promise<void> {
    // Over a page, the form knows the name already.
    const name = page.locator('input[autocomplete^="username"]');
    if ((await name.inputValue()) !== user) await name.fill(user);
    await page.locator('input[autocomplete="current-password"]').fill(password);
    await page.keyboard.press('Enter');
  }

  /** Asks the API, as somebody with a session. Throws what it refuses. */
  // oxlint-disable-next-line typescript/no-explicit-any -- the caller names what it expects
  async ask(method: string, path: string, body?: unknown, user = 'admin'): Promise<any> {
    const { name, value } = await this.#sessionOf(user);
    const answer = await fetch(`${this.url}${path}`, {
      method,
      headers: {
        cookie: `${name}=${value}`,
        'x-csrf-token': csrfTokenOf(value),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return text === '' ? null : JSON.parse(text);
  }

  /** Errors that belong to what this test tries are no trouble. */
  expectTrouble(pattern: RegExp): void {
    this.#troubles.expected.push(pattern);
  }

  /** As by SIGKILL: nothing answers any more. */
  async stopControlPlane(): Promise<void> {
    this.expectTrouble(
      /ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED_ENCODING|ERR_EMPTY_RESPONSE|ERR_CONNECTION_RESET|status of 503|Failed to fetch dynamically/,
    );
    await this.#running.stopControlPlane();
  }

  /** At the same address, from the same disk: sessions live on. */
  async startControlPlane(): Promise<void> {
    await this.#running.startControlPlane();
  }

  async restartControlPlane(): Promise<void> {
    await this.stopControlPlane();
    await this.startControlPlane();
  }

  /** Every session is over, as after a month. Pages find out with their next request. */
  async endSessions(): Promise<void> {
    const { store } = this.cloud;
    for await (const session of all(store, sessionKind)) await endSession(store, session.id);
    this.#sessions.clear();
  }

  async begin(): Promise<void> {
    const webDir = fileURLToPath(new URL('../../dist/web', import.meta.url));
    const [served, browser] = await Promise.all([ServedCloud.open({ ...this.#options, port: 0, webDir }), openBrowser()]);
    // Whoever waits for what a guest does, waits less than people.
    const { world } = served.cloud;
    world.pace = { ...world.pace, copyImage: [200, 2_000], boot: [1_000, 3_000], shutdown: [500, 2_000], saveMemory: [200, 2_000] };
    this.#served = served;
    this.#browser = browser;
  }

  async endTest(): Promise<void> {
    const troubles = this.#troubles;
    this.#troubles = new Troubles();
    // One test that fails is enough.
    if (!this.cloud.isControlUp) await this.startControlPlane();
    await Promise.all(this.#contexts.splice(0).map((context) => context.close()));
    expect(troubles.found(), 'what the pages of this test complained about').toEqual([]);
  }

  async end(): Promise<void> {
    await this.#browser?.close();
    await this.#served?.close();
  }

  get #running(): ServedCloud {
    if (this.#served === null) throw new Error('the cloud of this file is not open yet');
    return this.#served;
  }

  /** A log-in takes a while by design: those who do not test it have a session without one. */
  async #sessionOf(name: string): Promise<{ name: string; value: string }> {
    const before = this.#sessions.get(name);
    if (before !== undefined) return before;
    const { store, clock } = this.cloud;
    const user = await findAccount(store, name);
    if (user === null) throw new Error(`there is no user ${name}`);
    const { secret, change } = newSession(clock, user.id, { method: 'password' });
    await store.commit([change]);
    const cookie = { name: `stratus_session_${new URL(this.url).port}`, value: secret };
    this.#sessions.set(name, cookie);
    return cookie;
  }
}

/** Its sandbox does not work for root. */
function openBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: chromiumPath,
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
  });
}
