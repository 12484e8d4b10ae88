#!/usr/bin/env node
// The part of `npm start` that needs the outside: packages. Plain JavaScript without dependencies, because
// it runs before there are any, on whatever Node (18 or newer) the machine has.
import { realpathSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { appliancePackages } from './setup/appliance-packages.mjs';
import { debianPackages } from './setup/debian-packages.mjs';
import { npmPackages } from './setup/npm-packages.mjs';
import { ownNode } from './setup/own-node.mjs';
import { progress } from './setup/progress.mjs';
import { SetupError } from './setup/setup-error.mjs';
import { webPage } from './setup/web-page.mjs';
import { realWorld } from './setup/world.mjs';

const help = `Usage: npm run setup [-- OPTION...]

Installs what StratusLab needs and this machine lacks: Debian packages by name (deploy/debian-packages.json),
npm packages by lockfile, and with them the newer Node; builds the web page; fetches what the first appliance is
built from. Nothing else is changed; run again, it finds all done.

  --test         also what the whole test suite needs
  --dry-run      say what would be done, do nothing
  --any-system   try it on a system other than Debian 12 or 13
  --help         this text
`;

/**
 * Does what is missing. Throws SetupError with a remedy.
 * @returns {Promise<boolean>} whether anything had to be done
 */
export async function runSetup(options = {}) {
  const context = {
    world: realWorld,
    root: dirname(dirname(fileURLToPath(import.meta.url))),
    groups: ['runtime', 'image'],
    appliances: [],
    anySystem: false,
    dryRun: false,
    page: true,
    out: process.stdout,
    ...options,
  };
  const report = progress(context.out);
  // Debian first: the newer Node needs a library from there.
  const plans = [];
  const steps = [
    ...(context.groups.length === 0 ? [] : [debianPackages]),
    npmPackages,
    ownNode,
    ...(context.page ? [webPage] : []),
    ...(context.appliances.length === 0 ? [] : [appliancePackages]),
  ];
  for (const step of steps) {
    const startedMs = performance.now();
    plans.push({ step, plan: await step.check(context), elapsedMs: performance.now() - startedMs });
  }
  announce(plans, report);
  if (context.dryRun) return plans.some(({ plan }) => plan.done === undefined);
  for (const { step, plan, elapsedMs } of plans) await carryOut(step, plan, elapsedMs, context, report);
  return plans.some(({ plan }) => plan.done === undefined);
}

function announce(plans, report) {
  const open = plans.filter(({ plan }) => plan.done === undefined);
  if (open.length === 0) return report.say('Set-up: everything is in place.');
  report.say('Set-up will:');
  for (const { step, plan } of open) {
    report.say(`  • ${step.title}: ${plan.will}`);
    for (const line of plan.todo) report.say(`      ${line}`);
  }
}

async function carryOut(step, plan, checkMs, context, report) {
  if (plan.done !== undefined) return report.end(step.title, plan.done, checkMs);
  const startedMs = performance.now();
  report.begin(step.title, plan.will);
  try {
    const outcome = await step.work({ ...context, say: (text) => report.begin(step.title, text) }, plan);
    report.end(step.title, outcome, performance.now() - startedMs);
  } catch (error) {
    report.fail(step.title, performance.now() - startedMs);
    throw error;
  }
}

/** Tells a person what went wrong and what to do. Anything but a SetupError is our bug, shown whole. */
export function tellSetupError(error) {
  if (error instanceof SetupError) console.error(`\n${error.message}\n→ ${error.remedy}`);
  else console.error(error);
}

async function main(args) {
  const known = ['--test', '--dry-run', '--any-system', '--help', '-h'];
  const unknown = args.find((arg) => !known.includes(arg));
  if (unknown !== undefined) {
    console.error(`setup does not know ${unknown}\n\n${help}`);
    return 2;
  }
  if (args.includes('--help') || args.includes('-h')) {
    console.log(help);
    return 0;
  }
  try {
    await runSetup({
      groups: ['runtime', 'image', ...(args.includes('--test') ? ['test'] : [])],
      appliances: ['tiny'],
      dryRun: args.includes('--dry-run'),
      anySystem: args.includes('--any-system'),
    });
    return 0;
  } catch (error) {
    tellSetupError(error);
    return 1;
  }
}

if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  process.exitCode = await main(process.argv.slice(2));
}
