import type { BrowserCloud } from './browser.fixture.ts';

/** Long, and nothing that everybody tries first. */
export const goodPassword = 'seven quiet herons wade';

/** What an administrator can do without the page. */
export class Administrator {
  readonly #lab: BrowserCloud;
  #headers: Record<string, string> | null = null;

  constructor(lab: BrowserCloud) {
    this.#lab = lab;
  }

  // oxlint-disable-next-line typescript/no-explicit-any -- the test names what it expects
  async ask(method: string, path: string, body?: unknown): Promise<any> {
    const answer = await fetch(`${this.#lab.url}${path}`, {
      method,
      headers: { ...(await this.#logIn()), ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return text === '' ? null : JSON.parse(text);
  }

  /** Somebody with {@link goodPassword}. */
  async person(name: string): Promise<void> {
    const link = await this.passwordLinkOf(name);
    await this.ask('POST', '/v1/links/use', { link: link.split('#')[1], password: goodPassword });
  }

  /** Of a new user: the path of a page where they choose a password. */
  async passwordLinkOf(name: string): Promise<string> {
    await this.ask('POST', '/v1/users', { name });
    const { url } = await this.ask('POST', `/v1/users/${name}/password-link`);
    const { pathname, hash } = new URL(url);
    return pathname + hash;
  }

  async #logIn(): Promise<Record<string, string>> {
    if (this.#headers !== null) return this.#headers;
    const answer = await fetch(`${this.#lab.url}/v1/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ user: 'admin', password: this.#lab.password }),
    });
    const { csrfToken } = (await answer.json()) as { csrfToken: string };
    const cookie = answer.headers.getSetCookie()[0]?.split(';')[0] ?? '';
    return (this.#headers = { cookie, 'x-csrf-token': csrfToken });
  }
}
