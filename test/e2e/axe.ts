import axeCore from 'axe-core';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';

interface Finding {
  readonly id: string;
  readonly help: string;
  readonly nodes: readonly { readonly target: readonly unknown[]; readonly failureSummary?: string }[];
}

/** Everything of WCAG 2.2 AA and good practice that a program can see. Fails with a line for each element that is wrong. */
export async function axe(page: Page): Promise<void> {
  // By the debugger's line, which the page's policy does not concern.
  await page.evaluate(axeCore.source);
  const findings = await page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: { run: (where: unknown, options: object) => Promise<{ violations: Finding[] }> } };
    const { violations } = await axe.run((globalThis as unknown as { document: unknown }).document, {
      // It would put styles into the page to look at ours.
      preload: false,
      resultTypes: ['violations'],
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    });
    return violations;
  });
  const told = findings.flatMap(({ id, help, nodes }) =>
    nodes.map(({ target, failureSummary = '' }) => `${id}: ${help}: ${target.join(' ')}: ${failureSummary.replaceAll(/\s+/g, ' ')}`),
  );
  expect(told, `axe at ${page.url()}`).toEqual([]);
}
