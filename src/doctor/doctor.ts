import type { Check, DoctorOptions, Finding } from './finding.ts';
import { guestChecks } from './guest-checks.ts';
import { machineChecks } from './machine-checks.ts';
import { networkChecks } from './network-checks.ts';
import { softwareChecks } from './software-checks.ts';
import { doctorWorld } from './world.ts';
import type { DoctorWorld } from './world.ts';

/** All checks, in the order in which they are shown. */
export const checks: readonly Check[] = [...machineChecks, ...softwareChecks, ...guestChecks, ...networkChecks];

/** Looks at the machine; changes nothing on it. Never throws: a check that fails is a finding. */
export function runDoctor(options: DoctorOptions, world: DoctorWorld = doctorWorld): Promise<Finding[]> {
  return Promise.all(checks.map((check) => carryOut(check, options, world)));
}

async function carryOut(check: Check, options: DoctorOptions, world: DoctorWorld): Promise<Finding> {
  const { id, title } = check;
  try {
    return { id, title, ...(await check.look(world, options)) };
  } catch (cause) {
    return {
      id,
      title,
      level: 'error',
      finding: `could not be checked: ${(cause as Error).message}`,
      remedy: 'Run it again as root; if it stays, report it with this line.',
    };
  }
}
