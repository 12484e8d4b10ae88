import { error, ok, warning } from './finding.ts';
import type { Check, Seen } from './finding.ts';

type Version = readonly [major: number, minor: number, patch: number];

/** The releases of 2026-10-21 that repaired CVE-2026-111497 (a peer's Brotli data could run code) and others. */
const nodeRepaired: readonly Version[] = [
  [22, 23, 4],
  [24, 22, 1],
  [26, 12, 1],
];
const nodeMin: Version = [24, 21, 0];

/** What is installed. */
export const softwareChecks: readonly Check[] = [
  { id: 'node', title: 'Node', look: (world) => judgeNode(world.nodeVersion) },
  {
    id: 'packages',
    title: 'Debian packages',
    async look(world) {
      const release = /^VERSION_ID="?(\d+)/m.exec(world.readText('/etc/os-release') ?? '')?.[1];
      const names = neededPackages(world.packageList(), release);
      const { output } = await world.run('dpkg-query', '-W', '-f', '${Package} ${db:Status-Status}\n', ...names);
      const installed = new Set(
        output
          .split('\n')
          .filter((line) => line.endsWith(' installed'))
          .map((line) => line.split(' ')[0]),
      );
      const missing = names.filter((name) => !installed.has(name));
      if (missing.length === 0) return ok(`all ${names.length} are installed`);
      return error(`${missing.length} of ${names.length} are missing: ${missing.join(', ')}`, 'sudo npm run setup');
    },
  },
];

export function judgeNode(text: string): Seen {
  const found = /^v(\d+)\.(\d+)\.(\d+)/.exec(text);
  if (found === null) return error(`${text} is no version of Node`, 'npm run setup');
  const version: Version = [Number(found[1]), Number(found[2]), Number(found[3])];
  if (isBefore(version, nodeMin))
    return error(
      `${text} is too old: ${nodeMin.join('.')} is the oldest that works`,
      'npm run setup, and start the cloud through npm or bin/stratus.',
    );
  const repaired = nodeRepaired.find(([major]) => major === version[0]);
  const newestLine = nodeRepaired.at(-1)!;
  const isRepaired = repaired === undefined ? version[0] > newestLine[0] : !isBefore(version, repaired);
  if (isRepaired) return ok(text);
  return warning(
    `${text} lacks the security repairs of October 2026 (CVE-2026-111497 and others); they are in ${(repaired ?? newestLine).join('.')}`,
    `Good for trying out. Where others can reach the cloud, install Node ${(repaired ?? newestLine).join('.')} or newer from nodejs.org and run bin/stratus.ts with it.`,
  );
}

function isBefore(a: Version, b: Version): boolean {
  const differing = [0, 1, 2].find((i) => a[i] !== b[i]);
  return differing !== undefined && a[differing]! < b[differing]!;
}

function neededPackages(json: string, release: string | undefined): string[] {
  const groups = JSON.parse(json) as Record<string, { name: string; releases?: string[] }[]>;
  return [...(groups['runtime'] ?? []), ...(groups['image'] ?? [])]
    .filter((entry) => entry.releases === undefined || (release !== undefined && entry.releases.includes(release)))
    .map((entry) => entry.name);
}
