// A host's agent as far as its networks go: one call per line on stdin (JSON: [verb, ...arguments]), one answer per line.
import { createInterface } from 'node:readline';
import { pickFreeCidr } from '../../src/drivers/linux-bridge/free-cidr.ts';
import { LinuxBridgeNetworks } from '../../src/drivers/linux-bridge/linux-bridge-networks.ts';

const [stateDir = '', cloudId = ''] = process.argv.slice(2);
const networks = new LinuxBridgeNetworks({ stateDir, cloudId });
const verbs = Object.assign(networks as unknown as Record<string, (...args: unknown[]) => Promise<unknown>>, {
  pickFreeCidr: (preferred: unknown) => pickFreeCidr(preferred as string[]),
});

for await (const line of createInterface({ input: process.stdin })) {
  const [verb, ...args] = JSON.parse(line) as [string, ...unknown[]];
  const answer = await Promise.resolve(verbs[verb]?.(...args)).then(
    (value) => ({ value: value ?? null }),
    (error: Error & { retry?: string }) => ({ error: error.message, name: error.name, retry: error.retry }),
  );
  console.log(JSON.stringify(answer));
}
