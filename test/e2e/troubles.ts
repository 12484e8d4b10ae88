import type { BrowserContext } from 'playwright-core';

/** Runs in the page. */
const tellViolations = `addEventListener('securitypolicyviolation', (event) =>
  console.error('policy violated: ' + event.violatedDirective + ' by ' + event.blockedURI + ' ' + event.sample + ' ' + event.sourceFile + ':' + event.lineNumber));`;

/** What goes wrong on pages without anybody seeing it. */
export class Troubles {
  /** Of what a test tries on purpose. */
  readonly expected: RegExp[] = [];
  readonly #found: string[] = [];

  found(): string[] {
    return [...new Set(this.#found)].filter((line) => !this.expected.some((pattern) => pattern.test(line)));
  }

  async watch(context: BrowserContext, home: string): Promise<void> {
    context.on('console', (message) => {
      if (!['error', 'warning'].includes(message.type())) return;
      // A refusal of the API is an answer, which the page shows; the browser writes a line about each.
      const isAnswer = message.text().startsWith('Failed to load resource: the server responded') && message.location().url.startsWith(`${home}/v1/`);
      if (!isAnswer) this.#found.push(`console: ${message.text()} (${message.location().url.replace(home, '')})`);
    });
    context.on('weberror', (error) => this.#found.push(`error: ${error.error().stack ?? error.error().message}`));
    context.on('request', (request) => {
      const url = request.url();
      if (!url.startsWith(home) && !/^(data|blob):/.test(url) && !url.startsWith(home.replace('http', 'ws')))
        this.#found.push(`request to another host: ${url}`);
    });
    await context.addInitScript({ content: tellViolations });
  }
}
